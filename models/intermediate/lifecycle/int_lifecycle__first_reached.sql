-- One row per person and stage observed: when it was first reached. A date without a time of day is placed
-- after the latest exact instant of an earlier stage on that day, else at the end of the day.
with

events as (

    select
        events.lead_id,
        events.stage,
        stages.stage_rank,
        events.happened_at,
        events.happened_precision,
        events.evidence,
        {{ reporting_date('events.happened_at') }} as happened_on
    from {{ ref('int_lifecycle__events') }} as events
    inner join {{ ref('stages') }} as stages on events.stage = stages.stage
    where not events.is_contradicted

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, stage
            order by
                happened_on,
                case when happened_precision = 'day' then 1 else 0 end,
                happened_at,
                evidence
        ) as event_rank
    from events

),

first_events as (

    select * from ranked
    where event_rank = 1

),

lifts as (

    select
        dated.lead_id,
        dated.stage,
        max(earlier.happened_at) as lifted_at
    from first_events as dated
    inner join first_events as earlier
        on dated.lead_id = earlier.lead_id
        and earlier.stage_rank < dated.stage_rank
        and earlier.happened_on = dated.happened_on
        and earlier.happened_precision = 'second'
    where dated.happened_precision = 'day'
    group by dated.lead_id, dated.stage

)

select
    first_events.lead_id,
    first_events.stage,
    first_events.stage_rank,
    coalesce(lifts.lifted_at, first_events.happened_at) as reached_at,
    first_events.happened_precision as reached_precision,
    first_events.happened_on as reached_on,
    first_events.evidence
from first_events
left join lifts
    on first_events.lead_id = lifts.lead_id
    and first_events.stage = lifts.stage
