-- One row per stage or exit observed for a lead.
with

events as (

    select
        *,
        {{ keyed_hash("connection || '|' || source_id") }} as evidence_id
    from {{ ref('int_lifecycle__events') }}

)

select
    {{ dbt.hash(
        "lead_id || '|' || coalesce(stage, '') || '|' || coalesce(exit_state, '') || '|' || evidence"
        ~ " || '|' || evidence_id"
    ) }} as lifecycle_event_id,
    lead_id,
    1 as cycle_number,
    stage,
    exit_state,
    happened_at,
    happened_precision,
    evidence,
    coalesce(actor_role, '(not set)') as actor_role,
    is_contradicted,
    connection,
    evidence_id
from events
