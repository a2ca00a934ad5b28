-- One row per rate of conversion whose youngest cohorts are not judged yet: the rate they are heading for, in
-- the month of `as_of`. Their leads are followed as far as they go; those still open are censored, those that
-- ended compete (Aalen-Johansen).
with

windows as (

    select * from {{ ref('stage_windows') }} as stage_windows
    where {{ is_valid_on('stage_windows', reporting_date(as_of())) }}

),

-- the months of which some leads still have time, all together
youngest as (

    select
        cohorts.from_stage,
        cohorts.to_stage,
        cohorts.days_since,
        windows.window_days,
        sum(cohorts.converted) as converted,
        sum(cohorts.competing) as competing,
        sum(cohorts.converted + cohorts.competing + cohorts.censored) as leaving
    from {{ ref('kpi_funnel_cohort') }} as cohorts
    inner join windows
        on cohorts.from_stage = windows.from_stage
        and cohorts.to_stage = windows.to_stage
    where
        not {{ is_matured(
            end_of_reporting_day(dbt.last_day('cohorts.cohort_month', 'month')), 'windows.window_days'
        ) }}
    group by cohorts.from_stage, cohorts.to_stage, cohorts.days_since, windows.window_days

),

counted as (

    select
        *,
        sum(leaving) over (partition by from_stage, to_stage order by days_since desc) as at_risk
    from youngest

),

surviving as (

    select
        *,
        {{ share_under_way('from_stage, to_stage') }} as share_under_way
    from counted

)

select
    from_stage || '_to_' || to_stage || '_rate' as kpi,
    'month' as period_type,
    {{ month_of(reporting_date(as_of())) }} as period_start,
    'company' as scope_type,
    'company' as scope,
    sum(share_under_way * {{ ratio('converted', 'at_risk') }}) as nowcast,
    cast(max(at_risk) as bigint) as cases
from surviving
where days_since <= window_days
group by from_stage, to_stage
