-- One row per KPI, period type, period and scope: actual, plan, prior year, interval and status. The status
-- of a month is that of the three months that end with it.
with

compared as (

    select
        *,
        case direction
            when 'higher' then {{ ratio('period_value', 'plan') }}
            else {{ ratio('plan', 'period_value') }}
        end as attainment
    from {{ ref('kpi_scorecard_comparisons') }}

),

kpis as (

    select * from {{ ref('kpis') }}

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
    from compared

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
        -- XmR: outside mean +/- 2.66 mean moving ranges
        and abs(judged.period_value - judged.baseline_mean) > 2.66 * judged.baseline_range,
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
