-- One row per KPI, period and scope, with what its value is compared with: the plan, the same period a year
-- before, and mean and moving range of the periods before. Where cost has a plan, its variance is a KPI of
-- its own.
{% set frames = {
    'twelve_before': '12 preceding and 1 preceding',
    'last_eight': '7 preceding and current row',
    'twelve_before_eight': '19 preceding and 8 preceding',
} %}
with

planned as (

    select
        intervals.*,
        plans.plan,
        plans.plan_to_date
    from {{ ref('kpi_scorecard_intervals') }} as intervals
    left join {{ ref('kpi_scorecard_plans') }} as plans
        on intervals.kpi = plans.kpi
        and intervals.scope_type = plans.scope_type
        and intervals.scope = plans.scope
        and intervals.period_type = plans.period_type
        and intervals.period_start = plans.period_start

),

variances as (

    select
        *,
        period_value - plan as variance,
        {{ ratio('period_value - plan', 'plan') }} as variance_rate
    from planned
    where
        kpi = 'marketing_cost_amount'
        and plan is not null

),

measured as (

    select * from planned
    {%- for kpi, unit, value, denominator in [
        ('budget_variance_amount', 'currency', 'variance', 'null'),
        ('budget_variance_rate', 'ratio', 'variance_rate', 'plan'),
    ] %}
    union all
    select
        '{{ kpi }}',
        period_type,
        period_start,
        scope_type,
        scope,
        '{{ unit }}',
        direction,
        months,
        is_over,
        null,
        is_input_missing,
        {{ value }},
        variance as numerator,
        {{ denominator }},
        null,
        null,
        null,
        null,
        null
    from variances
    {%- endfor %}

),

compared as (

    select
        *,
        is_over and coalesce(mature_share >= {{ threshold('minimum_mature_share') }}, true) as is_mature,
        case
            when period_type = 'quarter' then lag(period_value, 4) over series
            else lag(period_value, 12) over series
        end as prior_year,
        avg(period_value) over twelve_before as baseline_mean,
        count(period_value) over twelve_before as baseline_size,
        abs(period_value - lag(period_value) over series) as moving_range,
        avg(period_value) over twelve_before_eight as run_baseline_mean,
        count(period_value) over twelve_before_eight as run_baseline_size,
        count(period_value) over last_eight as run_size,
        min(period_value) over last_eight as run_minimum,
        max(period_value) over last_eight as run_maximum
    from measured
    window
        {%- for name, frame in frames.items() %}
        {{ name }} as (
            partition by kpi, period_type, scope_type, scope
            order by period_start rows between {{ frame }}
        ),
        {%- endfor %}
        series as (partition by kpi, period_type, scope_type, scope order by period_start)

)

select
    *,
    avg(moving_range) over (
        partition by kpi, period_type, scope_type, scope
        order by period_start rows between 11 preceding and 1 preceding
    ) as baseline_range
from compared
