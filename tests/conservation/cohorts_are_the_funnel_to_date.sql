-- A row is a cohort whose members or conversions are not those of the funnel to date, or whose incidence at
-- the end of the window is not the conversion rate, where all its members have matured.
-- Two tables about one cohort that disagree make both useless.
-- Look at kpi_stage_elapsed and kpi_stage_flows: both count lead cycles by the month of the first stage.
with

funnel as (

    select
        month,
        from_stage,
        to_stage,
        sum(case when basis = 'to_date' then entered else 0 end) as entered,
        sum(case when basis = 'to_date' then converted else 0 end) as converted,
        sum(case when basis = 'cohort' then matured else 0 end) as matured,
        sum(case when basis = 'cohort' then converted else 0 end) as converted_in_window,
        max(window_days) as window_days
    from {{ ref('kpi_funnel_conversion') }}
    where
        origin_path = 'marketing'
        and basis <> 'period'
    group by month, from_stage, to_stage

),

cohorts as (

    select
        cohorts.cohort_month,
        cohorts.from_stage,
        cohorts.to_stage,
        sum(cohorts.converted + cohorts.competing + cohorts.censored) as entered,
        sum(cohorts.converted) as converted,
        max(case when cohorts.days_since <= funnel.window_days then cohorts.cumulative_incidence else 0 end)
            as incidence
    from {{ ref('kpi_funnel_cohort') }} as cohorts
    left join funnel
        on cohorts.cohort_month = funnel.month
        and cohorts.from_stage = funnel.from_stage
        and cohorts.to_stage = funnel.to_stage
    group by cohorts.cohort_month, cohorts.from_stage, cohorts.to_stage

)

select
    coalesce(funnel.month, cohorts.cohort_month) as cohort_month,
    coalesce(funnel.from_stage, cohorts.from_stage) as from_stage,
    coalesce(funnel.to_stage, cohorts.to_stage) as to_stage,
    funnel.entered as funnel_entered,
    cohorts.entered as cohort_entered,
    funnel.converted as funnel_converted,
    cohorts.converted as cohort_converted,
    cohorts.incidence
from funnel
full outer join cohorts
    on funnel.month = cohorts.cohort_month
    and funnel.from_stage = cohorts.from_stage
    and funnel.to_stage = cohorts.to_stage
where
    funnel.month is null
    or cohorts.cohort_month is null
    or funnel.entered <> cohorts.entered
    or funnel.converted <> cohorts.converted
    or (
        funnel.matured = funnel.entered
        and abs({{ ratio('funnel.converted_in_window', 'funnel.matured') }} - cohorts.incidence) > 1e-9
    )
