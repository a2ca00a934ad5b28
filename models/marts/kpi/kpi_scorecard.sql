-- One row per KPI, period type, period and scope: actual, plan, prior year, interval and status. The status of a month
-- is that of the three months that end with it.
with

periods as (

    select * from {{ ref('kpi_scorecard_periods') }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

targets as (

    select * from {{ ref('kpi_targets') }}
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
            when count(targets.plan) < case when periods.period_type = 'month' then 1 else 3 end then null
            when max(periods.unit) in ('count', 'currency') then sum(targets.plan)
            else avg(targets.plan)
        end as plan
    from periods
    inner join targets
        on periods.kpi = targets.kpi
        and periods.scope_type = targets.scope_type
        and periods.scope = targets.scope
        and targets.period_start <= periods.period_start
        and targets.period_start
        > {{ dbt.dateadd('month', "case when periods.period_type = 'month' then -1 else -3 end", 'periods.period_start') }}
    group by periods.kpi, periods.period_type, periods.period_start, periods.scope_type, periods.scope

),

compared as (

    select
        periods.*,
        planned.plan,
        lag(periods.period_value, 12) over series as prior_year,
        {{ dbt.dateadd('month', 1, 'cast(periods.period_start as timestamp)') }} <= {{ as_of() }} as is_mature,
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

),

-- XmR: outside mean +/- 2.66 mean moving ranges of the months before
signalled as (

    select
        *,
        avg(abs(moving_range)) over (
            partition by kpi, period_type, scope_type, scope
            order by period_start rows between 11 preceding and 1 preceding
        ) as mean_range,
        case direction
            when 'higher' then {{ ratio('period_value', 'plan') }}
            else {{ ratio('plan', 'period_value') }}
        end as attainment
    from compared

),

reasoned as (

    select
        *,
        case
            when plan is null then 'no_plan'
            when not is_mature then 'period_open'
            when cases < {{ threshold('minimum_sample') }} then 'small_sample'
            when period_value is null then 'no_value'
            when attainment >= {{ threshold('green_attainment') }} then 'on_plan'
            when attainment < {{ threshold('red_attainment') }} and (plan < ci_low or plan > ci_high)
                then 'off_plan'
            else 'near_plan'
        end as reason
    from signalled

),

judged as (

    select
        *,
        case reason
            when 'on_plan' then 'green'
            when 'near_plan' then 'amber'
            when 'off_plan' then 'red'
            else 'grey'
        end as judgement
    from reasoned

)

select
    judged.kpi,
    judged.period_type,
    judged.period_start,
    judged.scope_type,
    judged.scope,
    judged.period_value as value,
    judged.numerator,
    judged.denominator,
    judged.unit,
    judged.plan,
    judged.prior_year,
    judged.ci_low,
    judged.ci_high,
    coalesce(rolling.judgement, 'grey') as status,
    coalesce(rolling.reason, 'small_sample') as status_reason,
    coalesce(
        judged.period_type = 'month'
        and judged.is_mature
        and judged.baseline_size >= {{ threshold('signal_baseline_months') }}
        and abs(judged.period_value - judged.baseline_mean) > 2.66 * judged.mean_range,
        false
    ) as is_signal,
    rolling.cases as sample_size,
    judged.is_mature,
    kpis.label_en,
    kpis.label_de
from judged
inner join kpis on judged.kpi = kpis.kpi
left join judged as rolling
    on judged.kpi = rolling.kpi
    and judged.scope_type = rolling.scope_type
    and judged.scope = rolling.scope
    and judged.period_start = rolling.period_start
    and rolling.period_type = 'rolling_3_months'
