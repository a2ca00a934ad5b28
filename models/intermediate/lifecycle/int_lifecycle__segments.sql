-- One row per event of a lead with the cycle it falls into, and what it does there.
with

ordered as (

    select
        lead_id,
        stage,
        exit_state,
        happened_precision,
        placed_at,
        ordered_at,
        happened_on,
        evidence,
        is_contradicted,
        ends_cycle,
        reason,
        stage_rank,
        starts_cycle,
        reopens_after,
        connection,
        source_id
    from {{ ref('int_lifecycle__ordered_events') }}
    union all
    select
        lead_id,
        null,
        'expired',
        'second',
        expires_at as placed_at,
        expires_at as ordered_at,
        {{ reporting_date('expires_at') }},
        'timeout',
        false,
        true,
        null,
        null,
        false,
        null,
        connection,
        source_id
    from {{ ref('int_lifecycle__expiries') }}

),

{{ cycle_segments('ordered') }},

reasons as (

    select
        reason,
        'declaration' as evidence
    from {{ ref('rejection_reasons') }}
    union all
    select
        reason,
        'opportunity'
    from {{ ref('loss_reasons') }}

),

wins as (

    select
        lead_id,
        cycle_number,
        min(ordered_at) as won_at
    from segmented
    where stage = 'won' and is_open
    group by lead_id, cycle_number

)

select
    segmented.lead_id,
    cast(segmented.cycle_number as integer) as cycle_number,
    segmented.event_number,
    cast(segmented.exits_before as integer) as exits_before,
    segmented.stage,
    segmented.exit_state,
    segmented.stage_rank,
    segmented.placed_at as happened_at,
    segmented.happened_precision,
    segmented.happened_on,
    segmented.ordered_at,
    segmented.evidence,
    case
        when segmented.exit_state is null or segmented.exit_state in ('won', 'expired') then null
        when segmented.reason is null then '(not set)'
        else coalesce(reasons.reason, '(unmapped)')
    end as reason,
    segmented.connection,
    segmented.source_id,
    case
        when segmented.is_contradicted then 'contradicted'
        when segmented.ends_cycle then 'ends'
        when segmented.exit_state is not null then 'ignored'
        when not segmented.is_open or segmented.ordered_at > wins.won_at then 'after_exit'
        when segmented.turn is not null then segmented.turn
        when segmented.evidence = 'created' and segmented.cycle_number > 1 then 'ignored'
        else 'counts'
    end as role_in_cycle
from segmented
left join wins
    on segmented.lead_id = wins.lead_id
    and segmented.cycle_number = wins.cycle_number
left join reasons
    on segmented.reason = reasons.reason
    and segmented.evidence = reasons.evidence
