-- One row per opportunity with realised revenue; the original amount only where all its lines have one
-- currency.
with

lines as (

    select * from {{ ref('int_opportunity__revenue_lines') }}
    where opportunity_id is not null

)

select
    opportunity_id,
    count(*) as revenue_lines,
    case when min(currency) = max(currency) then min(currency) end as revenue_currency,
    case when min(currency) = max(currency) then cast(sum(original_amount) as decimal(18, 2)) end
        as original_amount,
    cast(sum(reporting_amount) as decimal(18, 2)) as reporting_amount
from lines
group by opportunity_id
