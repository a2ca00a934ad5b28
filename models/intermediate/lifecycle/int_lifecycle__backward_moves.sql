-- One row per lead and cycle in which a record moved back to an earlier stage than it had reached: how often.
with

declared as (

    select
        events.lead_id,
        events.cycle_number,
        stages.stage_rank,
        max(stages.stage_rank) over (
            partition by events.lead_id, events.cycle_number, events.connection, events.record_id
            order by events.event_number rows between unbounded preceding and 1 preceding
        ) as highest_before
    from {{ ref('int_lifecycle__cycle_events') }} as events
    inner join {{ ref('stages') }} as stages on events.stage = stages.stage
    where
        events.evidence = 'declaration'
        and events.role_in_cycle in ('counts', 'starts', 'reopens')

)

select
    lead_id,
    cycle_number,
    cast(sum(case when stage_rank < highest_before then 1 else 0 end) as integer) as backward_moves
from declared
group by lead_id, cycle_number
having sum(case when stage_rank < highest_before then 1 else 0 end) > 0
