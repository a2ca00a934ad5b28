-- Question: Where do we stand against plan since the fiscal year began?
-- How to read: The fiscal year up to the last whole month, as the scorecard counts it, for KPIs with a plan
-- for each of its months. Counts and amounts are sums; rates and costs are ratios of sums, and their plan
-- is weighted like them. `share_of_plan` is value by plan; `status` knows which way is better.
-- Columns: kpi, label_en, unit, value_to_date, plan_to_date, share_of_plan, status
with

today as (

    select month_start as this_month
    from {{ ref('dim_date') }}
    where is_as_of

),

last_month as (

    select max(dates.month_start) as month_start
    from {{ ref('dim_date') }} as dates
    inner join today on dates.month_start < today.this_month

)

select
    scorecard.kpi,
    scorecard.label_en,
    scorecard.unit,
    scorecard.value as value_to_date,
    scorecard.plan as plan_to_date,
    {{ ratio('scorecard.value', 'scorecard.plan') }} as share_of_plan,
    scorecard.status
from {{ ref('kpi_scorecard') }} as scorecard
inner join last_month on scorecard.period_start = last_month.month_start
where
    scorecard.period_type = 'year_to_date'
    and scorecard.scope_type = 'company'
    and scorecard.plan is not null
order by scorecard.kpi
