-- One row per stage or exit observed for a lead.
with

events as (

    select * from {{ ref('int_lifecycle__events') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by lead_id, coalesce(stage, exit_state), connection, source_id, evidence
            order by happened_at
        ) as repetition
    from events

)

select
    {{ dbt.hash(
        "lead_id || '|' || coalesce(stage, exit_state) || '|' || connection || '|' || source_id"
        ~ " || '|' || evidence || '|' || repetition"
    ) }} as lifecycle_event_id,
    lead_id,
    1 as cycle_number,
    stage,
    exit_state,
    happened_at,
    happened_precision,
    evidence,
    coalesce(actor_role, '(not set)') as actor_role,
    reason,
    connection,
    {{ keyed_hash("connection || '|' || source_id") }} as evidence_id
from numbered
