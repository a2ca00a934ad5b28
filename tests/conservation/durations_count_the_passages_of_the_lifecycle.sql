-- A row is a pair of stages of which the mart of durations counts other passages than were observed: cycles
-- with an observation of both stages, neither of which comes after that of a later stage.
-- A median over half of the passages says how fast those are that were kept.
-- Look at fct_stage_passage: a pair from the first touch has none where no visitor is known.
with

observed as (

    select
        lead_id,
        cycle_number,
        stage,
        reached_at,
        min(reached_at) over (
            partition by lead_id, cycle_number order by stage_rank desc
            rows between unbounded preceding and current row
        ) as earliest_at
    from {{ ref('int_lifecycle__first_reached') }}

),

visitors as (

    select count(*) as visitors from {{ ref('int_lifecycle__cycles') }}
    where not is_identified

),

observations as (

    select
        windows.from_stage,
        windows.to_stage,
        count(*) as passages
    from {{ ref('stage_windows') }} as windows
    cross join visitors
    inner join observed as earlier
        on windows.from_stage = earlier.stage
        and earlier.reached_at = earlier.earliest_at
    inner join observed as later
        on windows.to_stage = later.stage
        and later.reached_at = later.earliest_at
        and earlier.lead_id = later.lead_id
        and earlier.cycle_number = later.cycle_number
    where
        windows.is_funnel_pair
        and {{ is_valid_on('windows', reporting_date(as_of())) }}
        and (windows.from_stage <> 'first_touch' or visitors.visitors > 0)
    group by windows.from_stage, windows.to_stage

),

reported as (

    select
        from_stage,
        to_stage,
        sum(passages) as passages
    from {{ ref('kpi_stage_duration') }}
    group by from_stage, to_stage

)

select
    coalesce(observations.from_stage, reported.from_stage) as from_stage,
    coalesce(observations.to_stage, reported.to_stage) as to_stage,
    observations.passages as observed_passages,
    reported.passages as mart_passages
from observations
full outer join reported
    on observations.from_stage = reported.from_stage
    and observations.to_stage = reported.to_stage
where coalesce(observations.passages, 0) <> coalesce(reported.passages, 0)
