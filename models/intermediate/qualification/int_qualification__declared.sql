-- One row per stage or exit that a system declared for a person record, by the stage mapping valid on that
-- day, as it was declared: the agreement has not judged it yet.
with

signals as (

    select
        *,
        {{ exact_instant('changed') }} as declared_at
    from {{ ref('int_unified__stage_signals') }}
    where
        subject = 'person'
        and changed_at is not null

),

records as (

    select * from {{ ref('int_identity__records') }}
    where record_kind = 'record'

),

mapping as (

    select * from {{ ref('stage_mapping') }}
    where subject = 'person'

),

-- since when a connection delivers what people wrote with a reason
texts as (

    select
        connection,
        min(declared_at) as delivered_from
    from signals
    where reason_text is not null
    group by connection

),

users as (

    select
        connection,
        source_id,
        role,
        team
    from {{ ref('int_unified__users') }}

)

select
    row_number() over (
        order by signals.declared_at, signals.connection, signals.source_id
    ) as declaration_number,
    records.lead_id,
    mapping.stage,
    mapping.exit_state,
    signals.declared_at,
    signals.changed_precision as declared_precision,
    {{ reporting_date('signals.declared_at') }} as declared_on,
    users.role as actor_role,
    users.team as actor_team,
    signals.reason,
    case
        when signals.declared_at >= texts.delivered_from
            then coalesce(length(trim(signals.reason_text)), 0) >= {{ threshold('minimum_reason_text') }}
    end as has_reason_text,
    signals.subject_id as record_id,
    signals.connection,
    signals.source_id
from signals
inner join records
    on signals.connection = records.connection
    and signals.subject_id = records.source_id
inner join mapping
    on signals.connection = mapping.connection
    and signals.field = mapping.field
    and signals.new_value = mapping.value
    and {{ is_valid_on('mapping', reporting_date('signals.declared_at')) }}
left join texts on signals.connection = texts.connection
left join users
    on signals.connection = users.connection
    and signals.changed_by = users.source_id
where {{ is_known('signals.declared_at', 'signals.changed_precision') }}
