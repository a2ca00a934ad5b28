-- A row is a month whose model has learned from other paths than there are, or whose chain converts more or
-- less often than they do (D19, D36).
-- Flow is conserved: for any paths the two are the same, so paths are lost or doubled on the way into
-- int_markov__transitions, or the linear system is solved wrongly.
-- Look at int_markov__fits, int_markov__lost_paths and int_attribution__paths, and at the macro swept.
with

-- paths where they come from, each by its first touch
paths as (

    select
        conversions.conversion_type,
        conversions.conversion_month as path_month,
        1 as conversions
    from {{ ref('int_attribution__paths') }} as paths
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on paths.conversion_number = conversions.conversion_number
    where paths.touch_number = 1
    union all
    select
        conversion_type,
        path_month,
        0
    from {{ ref('int_markov__lost_paths') }}
    where touch_number = 1

),

months as (

    select
        conversion_type,
        path_month,
        count(*) as paths,
        sum(conversions) as conversions
    from paths
    group by conversion_type, path_month

),

counted as (

    select
        fits.attribution_model,
        fits.conversion_type,
        fits.conversion_month,
        fits.is_fitted,
        fits.paths as fitted_paths,
        fits.conversions as fitted_conversions,
        cast(coalesce(sum(months.paths), 0) as bigint) as paths,
        cast(coalesce(sum(months.conversions), 0) as bigint) as conversions
    from {{ ref('int_markov__fits') }} as fits
    left join months
        on fits.conversion_type = months.conversion_type
        and months.path_month between fits.first_path_month and fits.conversion_month
    group by
        fits.attribution_model, fits.conversion_type, fits.conversion_month, fits.is_fitted, fits.paths,
        fits.conversions

)

select
    counted.attribution_model,
    counted.conversion_type,
    counted.conversion_month
from counted
left join {{ ref('int_markov__removal_effects') }} as effects
    on counted.attribution_model = effects.attribution_model
    and counted.conversion_type = effects.conversion_type
    and counted.conversion_month = effects.conversion_month
where
    counted.fitted_paths <> counted.paths
    or counted.fitted_conversions <> counted.conversions
    or (counted.is_fitted and effects.chain_probability is null)
    or abs(effects.chain_probability - {{ ratio('counted.conversions', 'counted.paths') }}) > 0.000000001
group by counted.attribution_model, counted.conversion_type, counted.conversion_month
