-- One row per cohort, pair of stages and day since: the share that has arrived, with leads that ended before
-- as a competing event and those still open as censored (Aalen-Johansen).
with

visitors as (

    select count(*) as visitors from {{ ref('fct_lead_lifecycle') }}
    where not is_identified

),

pairs as (

    select
        windows.from_stage,
        windows.to_stage
    from {{ ref('stage_windows') }} as windows
    cross join visitors
    where
        windows.is_funnel_pair
        and {{ is_valid_on('windows', reporting_date(as_of())) }}
        -- without visitors that never identify themselves, every touched lead is an inquiry by construction
        and (windows.from_stage <> 'first_touch' or visitors.visitors > 0)

),

counted as (

    select
        elapsed.*,
        cast(sum(elapsed.converted + elapsed.competing + elapsed.censored) over (
            partition by elapsed.cohort_month, elapsed.from_stage, elapsed.to_stage
            order by elapsed.days_since desc
        ) as bigint) as at_risk
    from {{ ref('kpi_stage_elapsed') }} as elapsed
    inner join pairs
        on elapsed.from_stage = pairs.from_stage
        and elapsed.to_stage = pairs.to_stage

),

surviving as (

    select
        *,
        {{ share_under_way('cohort_month, from_stage, to_stage') }} as share_under_way
    from counted

)

select
    cohort_month,
    from_stage,
    to_stage,
    days_since,
    converted,
    competing,
    censored,
    at_risk,
    sum(share_under_way * {{ ratio('converted', 'at_risk') }}) over (
        partition by cohort_month, from_stage, to_stage order by days_since
        rows between unbounded preceding and current row
    ) as cumulative_incidence
from surviving
