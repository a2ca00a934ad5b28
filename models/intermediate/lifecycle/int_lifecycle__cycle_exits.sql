-- One row per lead and cycle made of events: when it began, whether it was re-opened, and how it ended. Of
-- several exits since it was last re-opened the one of the highest precedence counts; a deal won ends the
-- cycle whatever else happened.
with

segments as (

    select * from {{ ref('int_lifecycle__segments') }}

),

cycles as (

    select
        lead_id,
        cycle_number,
        min(case when role_in_cycle in ('counts', 'starts') then happened_at end) as started_at,
        min(case when stage = 'won' and role_in_cycle = 'counts' then happened_at end) as won_at,
        min(case when stage = 'inquiry' and role_in_cycle <> 'contradicted' then happened_at end) as asked_at,
        max(case when role_in_cycle = 'reopens' then exits_before end) as reopened_after,
        bool_or(role_in_cycle = 'reopens') as is_reopened
    from segments
    group by lead_id, cycle_number

),

exits as (

    select
        segments.lead_id,
        segments.cycle_number,
        segments.exit_state,
        segments.happened_at as exit_at,
        segments.reason,
        row_number() over (
            partition by segments.lead_id, segments.cycle_number
            order by states.precedence, segments.event_number
        ) as exit_rank
    from segments
    inner join cycles
        on segments.lead_id = cycles.lead_id
        and segments.cycle_number = cycles.cycle_number
    inner join {{ ref('exit_states') }} as states on segments.exit_state = states.exit_state
    where
        segments.role_in_cycle = 'ends'
        and (cycles.reopened_after is null or segments.exits_before >= cycles.reopened_after)

)

select
    cycles.lead_id,
    cycles.cycle_number,
    cycles.started_at,
    cycles.asked_at,
    coalesce(cycles.is_reopened, false) as is_reopened,
    case when cycles.won_at is not null then 'won' else exits.exit_state end as exit_state,
    coalesce(cycles.won_at, exits.exit_at) as exit_at,
    case when cycles.won_at is null then exits.reason end as exit_reason
from cycles
left join exits
    on cycles.lead_id = exits.lead_id
    and cycles.cycle_number = exits.cycle_number
    and exits.exit_rank = 1
