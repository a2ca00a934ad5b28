-- One row per fitted model and pair of states that follow one another in its chain: how often, how probably.
with

fits as (

    select * from {{ ref('int_markov__fits') }}
    where is_fitted

),

windows as (

    select
        fits.attribution_model,
        fits.conversion_type,
        fits.conversion_month,
        transitions.from_state,
        transitions.to_state,
        cast(sum(transitions.transitions) as bigint) as transitions
    from fits
    inner join {{ ref('int_markov__transitions') }} as transitions
        on fits.conversion_type = transitions.conversion_type
        and transitions.path_month between fits.first_path_month and fits.conversion_month
    group by
        fits.attribution_model, fits.conversion_type, fits.conversion_month,
        transitions.from_state, transitions.to_state

)

select
    *,
    {{ ratio(
        'transitions',
        'sum(transitions) over (partition by attribution_model, conversion_type, conversion_month, from_state)'
    ) }} as probability
from windows
