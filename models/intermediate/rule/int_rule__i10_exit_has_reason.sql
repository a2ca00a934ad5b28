-- One row per lead cycle that was recycled, disqualified or lost: whether a reason of the agreement is given
-- (I10), with a text where the reason says nothing without; not applicable where no such texts are delivered.
with

reasons as (

    select
        'declaration' as evidence,
        reason,
        needs_text
    from {{ ref('rejection_reasons') }}
    union all
    select
        'opportunity',
        reason,
        needs_text
    from {{ ref('loss_reasons') }}

),

deals as (

    select
        connection,
        source_id,
        loss_reason_text,
        count(loss_reason_text) over (partition by connection) > 0 as has_texts
    from {{ ref('int_unified__opportunities') }}

),

exits as (

    select
        events.lead_id,
        events.cycle_number,
        events.exit_state,
        events.happened_at,
        max(events.evidence) as evidence,
        bool_or(case
            when deals.has_texts
                then
                    coalesce(length(trim(deals.loss_reason_text)), 0)
                    >= {{ threshold('minimum_reason_text') }}
            else events.has_reason_text
        end) as has_text
    from {{ ref('int_lifecycle__cycle_events') }} as events
    left join deals
        on events.connection = deals.connection
        and case when events.evidence = 'opportunity' then events.source_id end = deals.source_id
    where events.exit_state is not null
    group by events.lead_id, events.cycle_number, events.exit_state, events.happened_at

)

select
    'I10' as rule,
    'lead_cycle' as subject_type,
    cycles.lead_cycle_id as subject_key,
    cycles.exit_at as examined_at,
    cycles.team,
    cycles.channel,
    {{ rule_outcome('reasons.reason is not null and (not reasons.needs_text or exits.has_text)') }} as outcome
from {{ ref('int_rule__cycles') }} as cycles
left join exits
    on cycles.lead_id = exits.lead_id
    and cycles.cycle_number = exits.cycle_number
    and cycles.exit_state = exits.exit_state
    and cycles.exit_at = exits.happened_at
left join reasons
    on cycles.exit_reason = reasons.reason
    and exits.evidence = reasons.evidence
where cycles.exit_state in ('recycled', 'disqualified', 'lost')
