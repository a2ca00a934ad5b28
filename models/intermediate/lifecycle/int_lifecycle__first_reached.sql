-- One row per lead, cycle and stage observed: when it was first reached. A record's creation counts as its
-- inquiry, and a rule met as an MQL, only where nothing better does.
with

stages as (

    select
        stage,
        stage_rank
    from {{ ref('stages') }}

),

ranked as (

    select
        events.*,
        row_number() over (
            partition by events.lead_id, events.cycle_number, events.stage
            order by
                case when events.evidence in ('created', 'rule') then 1 else 0 end,
                {{ reporting_date('events.happened_at') }},
                case when events.happened_precision = 'day' then 1 else 0 end,
                events.happened_at,
                events.evidence,
                events.connection,
                events.source_id
        ) as event_rank
    from {{ ref('int_lifecycle__cycle_events') }} as events
    where
        events.stage is not null
        and events.role_in_cycle in ('counts', 'starts', 'reopens')

)

select
    ranked.lead_id,
    ranked.cycle_number,
    ranked.stage,
    stages.stage_rank,
    ranked.happened_at as reached_at,
    ranked.happened_precision as reached_precision,
    {{ reporting_date('ranked.happened_at') }} as reached_on,
    ranked.evidence,
    ranked.verdict,
    ranked.definition_version
from ranked
inner join stages on ranked.stage = stages.stage
where ranked.event_rank = 1
