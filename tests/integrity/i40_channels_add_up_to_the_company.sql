-- A row is a KPI and month whose channels do not add up to the company, though it is a sum (I40).
-- A total that its parts do not explain is believed by nobody.
-- Look at the step of the KPI: a channel may be missing, or an opportunity counted in two.
with

sums as (

    select
        kpi,
        period_start,
        sum(case when scope_type = 'company' then value else 0 end) as company_value,
        sum(case when scope_type = 'channel' then value else 0 end) as channel_value,
        sum(case when scope_type = 'channel' then 1 else 0 end) as channels
    from {{ ref('kpi_scorecard') }}
    where
        period_type = 'month'
        and denominator is null
        and unit in ('count', 'currency')
    group by kpi, period_start

)

select
    kpi,
    period_start,
    company_value,
    channel_value
from sums
where
    channels > 0
    and abs(company_value - channel_value) >= 0.005
