-- One row per lead and cycle in which a record moved back to an earlier stage than it had reached: how often.
with

-- a signal that arrives twice is one
signals as (

    select
        lead_id,
        cycle_number,
        connection,
        record_id,
        stage,
        happened_at,
        min(event_number) as event_number
    from {{ ref('int_lifecycle__cycle_events') }}
    where
        evidence = 'declaration'
        and stage is not null
        and role_in_cycle in ('counts', 'starts', 'reopens')
    group by lead_id, cycle_number, connection, record_id, stage, happened_at

),

declared as (

    select
        signals.lead_id,
        signals.cycle_number,
        stages.stage_rank,
        max(stages.stage_rank) over (
            partition by signals.lead_id, signals.cycle_number, signals.connection, signals.record_id
            order by signals.event_number rows between unbounded preceding and 1 preceding
        ) as highest_before
    from signals
    inner join {{ ref('stages') }} as stages on signals.stage = stages.stage

)

select
    lead_id,
    cycle_number,
    cast(sum(case when stage_rank < highest_before then 1 else 0 end) as integer) as backward_moves
from declared
group by lead_id, cycle_number
having sum(case when stage_rank < highest_before then 1 else 0 end) > 0
