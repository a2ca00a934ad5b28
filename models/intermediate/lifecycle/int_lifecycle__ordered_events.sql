-- One row per event of a lead, numbered in the order in which they move its cycle. A stage known by its date
-- alone is placed after the latest exact instant of an earlier stage on that day, else at the end of the day;
-- it is never after an exit of the same day. An exit that is declared while a deal is open ends nothing.
with

events as (

    select
        events.*,
        stages.stage_rank,
        coalesce(stages.starts_cycle, false) and events.evidence not in ('created', 'rule') as starts_cycle,
        case when events.evidence <> 'rule' then stages.reopens_after end as reopens_after,
        coalesce(stages.may_expire, false) as may_expire,
        {{ reporting_date('events.happened_at') }} as happened_on
    from {{ ref('int_lifecycle__events') }} as events
    left join {{ ref('stages') }} as stages on events.stage = stages.stage

),

lifts as (

    select
        dated.lead_id,
        dated.stage,
        dated.happened_on,
        dated.happened_precision,
        max(earlier.happened_at) as lifted_at
    from (
        select
            lead_id,
            stage,
            stage_rank,
            happened_on,
            happened_precision
        from events
        where happened_precision = 'day' and stage is not null
        group by lead_id, stage, stage_rank, happened_on, happened_precision
    ) as dated
    inner join events as earlier
        on dated.lead_id = earlier.lead_id
        and dated.happened_on = earlier.happened_on
        and dated.stage_rank > earlier.stage_rank
        and earlier.happened_precision = 'second'
        and not earlier.is_contradicted
    group by dated.lead_id, dated.stage, dated.happened_on, dated.happened_precision

),

first_exits as (

    select
        lead_id,
        happened_on,
        min(happened_at) as exit_at
    from events
    where exit_state is not null
    group by lead_id, happened_on

),

busy as (

    select
        events.lead_id,
        events.evidence,
        events.connection,
        events.source_id
    from events
    inner join {{ ref('int_lifecycle__deals') }} as deals
        on events.lead_id = deals.lead_id
        and events.happened_at >= deals.opened_at
        and (deals.closed_at is null or events.happened_at < deals.closed_at)
    where
        events.exit_state is not null
        and events.evidence = 'declaration'
    group by events.lead_id, events.evidence, events.connection, events.source_id

),

placed as (

    select
        events.*,
        coalesce(lifts.lifted_at, events.happened_at) as placed_at,
        case
            when events.happened_precision = 'day' and events.stage is not null and lifts.lifted_at is null
                then least(events.happened_at, first_exits.exit_at)
            else coalesce(lifts.lifted_at, events.happened_at)
        end as ordered_at,
        events.exit_state is not null and busy.lead_id is not null as is_busy
    from events
    left join lifts
        on events.lead_id = lifts.lead_id
        and events.stage = lifts.stage
        and events.happened_on = lifts.happened_on
        and events.happened_precision = lifts.happened_precision
    left join first_exits
        on events.lead_id = first_exits.lead_id
        and events.happened_on = first_exits.happened_on
    left join busy
        on events.lead_id = busy.lead_id
        and events.connection = busy.connection
        and events.source_id = busy.source_id
        and events.evidence = busy.evidence

),

-- an exit before anything has happened ends nothing
begun as (

    select
        lead_id,
        min(ordered_at) as begun_at
    from placed
    where
        stage is not null
        and not is_contradicted
    group by lead_id

)

select
    placed.*,
    placed.exit_state is not null
    and not placed.is_busy
    and not placed.is_contradicted
    and coalesce(placed.ordered_at >= begun.begun_at, false) as ends_cycle
from placed
left join begun on placed.lead_id = begun.lead_id
