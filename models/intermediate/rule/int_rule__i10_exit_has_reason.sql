-- One row per lead cycle that was recycled, disqualified or lost: whether a reason of the agreement is given
-- (I10), with a text where the reason says nothing without; not applicable where no such texts are delivered.
with

reasons as (

    select
        reason,
        needs_text
    from {{ ref('rejection_reasons') }}
    union all
    select
        reason,
        needs_text
    from {{ ref('loss_reasons') }}

),

known as (

    select
        reason,
        bool_or(needs_text) as needs_text
    from reasons
    group by reason

),

deals as (

    select
        connection,
        source_id,
        loss_reason_text,
        count(loss_reason_text) over (partition by connection) > 0 as has_texts
    from {{ ref('int_unified__opportunities') }}

),

texts as (

    select
        events.lead_id,
        events.cycle_number,
        events.exit_state,
        events.happened_at,
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
        and events.source_id = deals.source_id
        and events.evidence = 'opportunity'
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
    {{ rule_outcome('known.reason is not null and (not known.needs_text or texts.has_text)') }} as outcome
from {{ ref('int_rule__cycles') }} as cycles
left join known on cycles.exit_reason = known.reason
left join texts
    on cycles.lead_id = texts.lead_id
    and cycles.cycle_number = texts.cycle_number
    and cycles.exit_state = texts.exit_state
    and cycles.exit_at = texts.happened_at
where cycles.exit_state in ('recycled', 'disqualified', 'lost')
