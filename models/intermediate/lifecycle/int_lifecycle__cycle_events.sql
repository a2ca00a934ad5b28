-- One row per stage or exit observed for a lead, with its cycle (0 where it falls into none), what it does
-- there, and the record that proves it.
with

segments as (

    select * from {{ ref('int_lifecycle__segments') }}
    where evidence <> 'deal_opened'

),

declarations as (

    select
        *,
        'declaration' as evidence
    from {{ ref('int_lifecycle__declarations') }}

),

met as (

    select
        *,
        'rule' as evidence
    from {{ ref('int_qualification__met') }}

),

events as (

    select
        segments.lead_id,
        segments.cycle_number,
        segments.event_number,
        segments.stage,
        segments.exit_state,
        segments.happened_at,
        segments.happened_precision,
        segments.evidence,
        segments.role_in_cycle,
        declarations.actor_role,
        declarations.actor_team,
        declarations.record_id,
        coalesce(declarations.verdict, 'verified') as verdict,
        coalesce(declarations.definition_version, met.definition_version, '(none)') as definition_version,
        segments.reason,
        declarations.has_reason_text,
        segments.connection,
        segments.source_id
    from segments
    left join declarations
        on segments.connection = declarations.connection
        and segments.source_id = declarations.source_id
        and segments.evidence = declarations.evidence
    left join met
        on segments.connection = met.connection
        and segments.source_id = met.source_id
        and segments.evidence = met.evidence

),

first_touches as (

    select
        lead_id,
        cycle_number,
        0 as event_number,
        'first_touch' as stage,
        cast(null as {{ dbt.type_string() }}) as exit_state,
        touched_at as happened_at,
        touched_precision as happened_precision,
        'touch' as evidence,
        'counts' as role_in_cycle,
        cast(null as {{ dbt.type_string() }}) as actor_role,
        cast(null as {{ dbt.type_string() }}) as actor_team,
        cast(null as {{ dbt.type_string() }}) as record_id,
        'verified' as verdict,
        '(none)' as definition_version,
        cast(null as {{ dbt.type_string() }}) as reason,
        cast(null as boolean) as has_reason_text,
        connection,
        source_id
    from {{ ref('int_lifecycle__cycle_touches') }}
    where touch_number = 1

)

select * from events
union all
select * from first_touches
