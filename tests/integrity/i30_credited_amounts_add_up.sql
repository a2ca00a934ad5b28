-- A row is an opportunity whose amount a model does not credit to the cent (I30).
-- Attributed pipeline and revenue would not be those of the opportunities.
-- Look at the largest remainder in fct_attribution.
with

credited as (

    select
        conversion_type,
        opportunity_id,
        attribution_model,
        sum(amount) as amount
    from {{ ref('fct_attribution') }}
    where opportunity_id is not null
    group by conversion_type, opportunity_id, attribution_model

)

select
    credited.conversion_type,
    credited.opportunity_id,
    credited.attribution_model,
    credited.amount
from credited
left join {{ ref('fct_opportunity') }} as opportunities
    on credited.opportunity_id = opportunities.opportunity_id
where
    credited.amount is distinct from coalesce(
        case
            when credited.conversion_type = 'pipeline' then opportunities.entry_amount
            else opportunities.won_amount
        end, 0
    )
