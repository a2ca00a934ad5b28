-- One row per cohort, pair of stages and day since: the share that has arrived, with leads that ended before
-- as a competing event and those still open as censored (Aalen-Johansen).
with

pairs as (

    select * from {{ ref('int_reporting__funnel_pairs') }}

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
