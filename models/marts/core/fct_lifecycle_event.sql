-- One row per stage or exit observed for a lead, with its cycle and what it does there.
with

events as (

    select
        events.*,
        teams.reporting_team,
        origins.channel,
        persons.region,
        {{ keyed_hash("events.connection || '|' || events.source_id") }} as evidence_id
    from {{ ref('int_lifecycle__cycle_events') }} as events
    left join {{ ref('int_handover__teams') }} as teams on events.actor_team = teams.team
    inner join {{ ref('int_identity__persons') }} as persons on events.lead_id = persons.lead_id
    left join {{ ref('int_lifecycle__origins') }} as origins
        on events.lead_id = origins.lead_id
        and events.cycle_number = origins.cycle_number

)

select
    {{ dbt.hash(
        "lead_id || '|' || coalesce(stage, '') || '|' || coalesce(exit_state, '') || '|' || evidence"
        ~ " || '|' || evidence_id || '|' || cycle_number"
    ) }} as lifecycle_event_id,
    lead_id,
    cast(cycle_number as integer) as cycle_number,
    stage,
    exit_state,
    happened_at,
    happened_precision,
    {{ reporting_date('happened_at') }} as happened_date,
    evidence,
    role_in_cycle,
    reason,
    coalesce(actor_role, '(not set)') as actor_role,
    coalesce(reporting_team, '(not set)') as actor_team,
    coalesce(channel, '(not set)') as channel,
    region,
    verdict,
    definition_version,
    verdict = 'contradicted' as is_contradicted,
    connection,
    evidence_id
from events
