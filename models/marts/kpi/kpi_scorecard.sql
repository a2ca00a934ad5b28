-- One row per KPI, period type, period and scope: actual, plan, prior year, interval and status. The status
-- of a month is that of the three months that end with it.
{% set green = threshold('green_attainment') %}
{% set red = threshold('red_attainment') %}
with

comparisons as (

    select
        *,
        -- what never varied has no usual variation
        period_type = 'month'
        and baseline_size >= {{ threshold('signal_baseline_months') }}
        and baseline_range > 0 as has_limits,
        period_type = 'month'
        and run_size = 8
        and run_baseline_size >= {{ threshold('signal_baseline_months') }}
        and (run_minimum > run_baseline_mean or run_maximum < run_baseline_mean) as is_run
    from {{ ref('kpi_scorecard_comparisons') }}

),

-- XmR: mean -/+ 2.66 mean moving ranges
limited as (

    select
        *,
        case when has_limits then baseline_mean - 2.66 * baseline_range end as process_low,
        case when has_limits then baseline_mean + 2.66 * baseline_range end as process_high
    from comparisons

),

reasoned as (

    select
        *,
        case
            when is_input_missing then 'input_missing'
            when plan is null then 'no_plan'
            when not is_over then 'period_open'
            when not is_mature then 'immature_cohort'
            when cases < {{ threshold('minimum_sample') }} then 'small_sample'
            when period_value is null then 'no_value'
            when {{ attains('period_value', 'plan', 'direction', green) }} then 'on_plan'
            when {{ attains('period_value', 'plan', 'direction', red) }} then 'near_plan'
            -- a value without an interval is known exactly
            when plan between ci_low and ci_high then 'near_plan'
            else 'off_plan'
        end as reason,
        case
            when plan_to_date <> 0 then {{ attains('period_value', 'plan_to_date', 'direction', green) }}
        end as is_on_pace,
        case
            when not is_mature then '(none)'
            when period_value < process_low or period_value > process_high then 'outside_limits'
            when is_run then 'run_of_eight'
            else '(none)'
        end as signal
    from limited

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

),

rolling as (

    select * from judged
    where period_type = 'rolling_3_months'

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
    judged.plan_to_date,
    judged.is_on_pace,
    judged.prior_year,
    judged.ci_low,
    judged.ci_high,
    case judged.period_type when 'month' then coalesce(rolling.judgement, 'grey') else judged.judgement end
        as status,
    case judged.period_type when 'month' then coalesce(rolling.reason, 'small_sample') else judged.reason end
        as status_reason,
    judged.signal <> '(none)' as is_signal,
    judged.signal,
    judged.process_low,
    judged.process_high,
    case when judged.period_type = 'month' then rolling.cases else judged.cases end as sample_size,
    judged.is_mature,
    judged.mature_share,
    nowcasts.nowcast,
    kpis.label_en,
    kpis.label_de
from judged
inner join {{ ref('kpis') }} as kpis on judged.kpi = kpis.kpi
left join {{ ref('kpi_scorecard_nowcasts') }} as nowcasts
    on judged.kpi = nowcasts.kpi
    and judged.period_type = nowcasts.period_type
    and judged.period_start = nowcasts.period_start
    and judged.scope_type = nowcasts.scope_type
    and judged.scope = nowcasts.scope
left join rolling
    on judged.kpi = rolling.kpi
    and judged.scope_type = rolling.scope_type
    and judged.scope = rolling.scope
    and judged.period_start = rolling.period_start
