-- One row per lead cycle in which a system declared an MQL: the first declaration that holds, else the first
-- that the evidence contradicts. It is the hand-over to sales.
with

declared as (

    select
        events.*,
        row_number() over (
            partition by events.lead_id, events.cycle_number
            order by
                case when events.role_in_cycle = 'contradicted' then 1 else 0 end,
                events.happened_at,
                events.connection,
                events.source_id
        ) as declaration_rank
    from {{ ref('int_lifecycle__cycle_events') }} as events
    where
        events.stage = 'mql'
        and events.evidence = 'declaration'
        and events.role_in_cycle in ('counts', 'starts', 'reopens', 'contradicted')

),

windows as (

    select * from {{ ref('int_lifecycle__cycle_windows') }}

),

-- a raised hand within the cycle, shortly before the hand-over
raised as (

    select
        declared.lead_id,
        declared.cycle_number
    from declared
    inner join {{ ref('int_touch__classified') }} as touches
        on declared.lead_id = touches.lead_id
        and touches.ineligible_reason is null
        and touches.touched_at <= declared.happened_at
        and touches.touched_at >= {{ dbt.dateadd(
            'day', '-cast(' ~ threshold('hand_raise_days') ~ ' as integer)', 'declared.happened_at'
        ) }}
    inner join {{ ref('touch_types') }} as types
        on touches.touch_type = types.touch_type
        and types.is_hand_raiser
    left join windows
        on declared.lead_id = windows.lead_id
        and declared.cycle_number = windows.cycle_number
    where
        declared.declaration_rank = 1
        and (windows.opens_after is null or touches.touched_at > windows.opens_after)
    group by declared.lead_id, declared.cycle_number

)

select
    declared.lead_id,
    declared.cycle_number,
    declared.event_number,
    declared.happened_at as handed_over_at,
    declared.happened_precision as handed_over_precision,
    declared.verdict,
    declared.definition_version,
    declared.connection,
    declared.record_id,
    case when raised.lead_id is not null then 'hand_raiser' else 'scored' end as sla_tier
from declared
left join raised
    on declared.lead_id = raised.lead_id
    and declared.cycle_number = raised.cycle_number
where declared.declaration_rank = 1
