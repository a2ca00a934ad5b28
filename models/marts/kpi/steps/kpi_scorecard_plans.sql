-- One row per KPI, scope and period whose months all have a plan: the plan, and the part of it that was due
-- by `as_of`. The plan of a month is spread over its whole working days, in whole cents; the last day takes
-- the rest.
with

targets as (

    select kpi_targets.* from {{ ref('kpi_targets') }} as kpi_targets
    where {{ is_valid_on('kpi_targets', reporting_date(as_of())) }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

period_months as (

    select * from {{ ref('int_reporting__period_months') }}

),

working_days as (

    select * from {{ ref('int_reporting__working_days') }}

),

-- how much a month weighs among others: by the planned denominator, else by what the planned numerator
-- implies
weighted as (

    select
        targets.kpi,
        targets.scope_type,
        targets.scope,
        targets.period_start as month_start,
        targets.plan,
        kpis.aggregation,
        coalesce(denominators.plan, numerators.plan / nullif(targets.plan, 0)) as weight
    from targets
    inner join kpis on targets.kpi = kpis.kpi
    left join targets as denominators
        on kpis.denominator_kpi = denominators.kpi
        and targets.scope_type = denominators.scope_type
        and targets.scope = denominators.scope
        and targets.period_start = denominators.period_start
    left join targets as numerators
        on kpis.numerator_kpi = numerators.kpi
        and targets.scope_type = numerators.scope_type
        and targets.scope = numerators.scope
        and targets.period_start = numerators.period_start

),

months as (

    select
        weighted.*,
        working_days.working_days,
        working_days.working_days_over,
        floor({{ ratio('round(weighted.plan * 100)', 'working_days.working_days') }}) as cents_a_day,
        {{ dbt.dateadd('month', 1, 'weighted.month_start') }} <= {{ reporting_date(as_of()) }} as is_over
    from weighted
    left join working_days on weighted.month_start = working_days.month_start

),

due as (

    select
        *,
        case
            when is_over or working_days_over = working_days then plan
            when working_days_over > 0 then working_days_over * cents_a_day / 100
            else 0
        end as plan_to_date
    from months

),

periods as (

    select
        due.kpi,
        due.scope_type,
        due.scope,
        period_months.period_type,
        period_months.period_start,
        max(due.aggregation) as aggregation,
        sum(due.plan) as total,
        sum(due.plan_to_date) as total_to_date,
        avg(due.plan) as mean,
        case
            when count(due.weight) = count(*)
                then {{ ratio('sum(due.plan * due.weight)', 'sum(due.weight)') }}
        end as weighted_mean
    from due
    inner join period_months on due.month_start = period_months.month_start
    group by due.kpi, due.scope_type, due.scope, period_months.period_type, period_months.period_start
    having count(*) = max(period_months.months)

)

select
    kpi,
    scope_type,
    scope,
    period_type,
    period_start,
    case when aggregation = 'sum' then total else coalesce(weighted_mean, mean) end as plan,
    case when aggregation = 'sum' then total_to_date else coalesce(weighted_mean, mean) end as plan_to_date
from periods
