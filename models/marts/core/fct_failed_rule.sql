-- One row per declared stage that the agreement did not verify and rule that kept it from it.
select
    {{ keyed_hash("failed.connection || '|' || failed.source_id") }} as evidence_id,
    failed.rule_id,
    failed.stage,
    cast(failed.version as {{ dbt.type_string() }}) as definition_version,
    failed.verdict,
    failed.is_evidence_missing,
    events.lead_id,
    cast(events.cycle_number as integer) as cycle_number
from {{ ref('int_qualification__failed_rules') }} as failed
inner join {{ ref('int_lifecycle__cycle_events') }} as events
    on failed.connection = events.connection
    and failed.source_id = events.source_id
    and failed.stage = events.stage
    and events.evidence = 'declaration'
