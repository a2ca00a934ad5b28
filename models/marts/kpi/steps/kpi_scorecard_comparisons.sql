-- One row per KPI, period and scope, with what its value is compared with: the plan, the same period a year
-- before, and mean and moving range of the periods before.
with

periods as (

    select * from {{ ref('kpi_scorecard_intervals') }}

),

targets as (

    select * from {{ ref('kpi_targets') }} as kpi_targets
    where {{ is_valid_on('kpi_targets', reporting_date(as_of())) }}

),

planned as (

    select
        periods.kpi,
        periods.period_type,
        periods.period_start,
        periods.scope_type,
        periods.scope,
        case
            when count(targets.plan) < max(periods.months) then null
            when max(periods.unit) in ('count', 'currency') then sum(targets.plan)
            else avg(targets.plan)
        end as plan
    from periods
    inner join targets
        on periods.kpi = targets.kpi
        and periods.scope_type = targets.scope_type
        and periods.scope = targets.scope
        and targets.period_start <= periods.period_start
        and targets.period_start > {{ dbt.dateadd('month', '-periods.months', 'periods.period_start') }}
    group by periods.kpi, periods.period_type, periods.period_start, periods.scope_type, periods.scope

),

compared as (

    select
        periods.*,
        planned.plan,
        lag(periods.period_value, 12) over series as prior_year,
        {{ dbt.last_day('periods.period_start', 'month') }} < {{ reporting_date(as_of()) }} as is_mature,
        avg(periods.period_value) over baseline as baseline_mean,
        count(periods.period_value) over baseline as baseline_size,
        periods.period_value - lag(periods.period_value) over series as moving_range
    from periods
    left join planned
        on periods.kpi = planned.kpi
        and periods.period_type = planned.period_type
        and periods.period_start = planned.period_start
        and periods.scope_type = planned.scope_type
        and periods.scope = planned.scope
    window
        series as (
            partition by periods.kpi, periods.period_type, periods.scope_type, periods.scope
            order by periods.period_start
        ),
        baseline as (
            partition by periods.kpi, periods.period_type, periods.scope_type, periods.scope
            order by periods.period_start rows between 12 preceding and 1 preceding
        )

)

select
    *,
    avg(abs(moving_range)) over (
        partition by kpi, period_type, scope_type, scope
        order by period_start rows between 11 preceding and 1 preceding
    ) as baseline_range
from compared
