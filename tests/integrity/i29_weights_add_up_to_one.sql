-- A row is a conversion whose weights by one model do not add up to one, or that a model leaves out (I29).
-- Credit would be invented or lost.
-- Look at int_attribution__weights; a conversion without touches has a row of channel (no touch).
with

expected as (

    select
        conversions.conversion_id,
        models.attribution_model
    from {{ ref('int_attribution__conversions') }} as conversions
    inner join {{ ref('int_attribution__models') }} as models
        on conversions.conversion_type = models.conversion_type
        and {{ is_valid_on('models', 'conversions.conversion_month') }}

),

credited as (

    select
        conversion_id,
        attribution_model,
        sum(weight) as weights
    from {{ ref('fct_attribution') }}
    group by conversion_id, attribution_model

)

select
    expected.conversion_id,
    expected.attribution_model,
    credited.weights
from expected
left join credited
    on expected.conversion_id = credited.conversion_id
    and expected.attribution_model = credited.attribution_model
where
    credited.weights is null
    or abs(credited.weights - 1) > 1e-9
