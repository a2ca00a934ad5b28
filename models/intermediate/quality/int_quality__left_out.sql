-- One row per connection, entity and reason: records that landed and count for nothing, or for less than they
-- say. What could not be typed stands in the quarantine instead.
with

records as (

    select * from {{ ref('int_identity__records') }}
    where record_kind = 'record'

),

opportunities as (

    select * from {{ ref('int_opportunity__milestones') }}

),

mapping as (

    select
        connection,
        subject,
        field,
        value
    from {{ ref('stage_mapping') }}
    group by connection, subject, field, value

),

signals as (

    select
        signals.connection,
        'stage_signals' as entity,
        case
            when signals.changed_at is null then 'implausible_date'
            when signals.subject = 'person' and records.source_id is null then 'unknown_subject'
            when signals.subject = 'opportunity' and opportunities.source_id is null then 'unknown_subject'
            when signals.field in ('status', 'stage') and mapping.value is null then 'no_meaning'
        end as reason
    from {{ ref('int_unified__stage_signals') }} as signals
    left join records
        on signals.connection = records.connection
        and signals.subject_id = records.source_id
    left join opportunities
        on signals.connection = opportunities.connection
        and signals.subject_id = opportunities.source_id
    left join mapping
        on signals.connection = mapping.connection
        and signals.subject = mapping.subject
        and signals.field = mapping.field
        and signals.new_value = mapping.value

),

roles as (

    select
        roles.connection,
        'opportunity_persons' as entity,
        case
            when records.source_id is null or opportunities.source_id is null then 'unknown_subject'
        end as reason
    from {{ ref('int_unified__opportunity_persons') }} as roles
    left join records
        on roles.connection = records.connection
        and roles.person_id = records.source_id
    left join opportunities
        on roles.connection = opportunities.connection
        and roles.opportunity_id = opportunities.source_id

),

touches as (

    select
        connection,
        'touches' as entity,
        ineligible_reason as reason
    from {{ ref('int_touch__classified') }}

),

revenue as (

    select
        connection,
        'revenue' as entity,
        case when opportunity_id is null then 'unknown_subject' end as reason
    from {{ ref('int_opportunity__revenue_lines') }}

),

left_out as (

    select * from signals
    union all
    select
        connection,
        'persons',
        left_out_reason
    from {{ ref('int_identity__normalised') }}
    union all
    select * from roles
    union all
    select * from touches
    union all
    select * from revenue

),

counted as (

    select
        connection,
        entity,
        reason,
        count(*) as left_out_rows,
        cast(sum(count(*)) over (partition by connection, entity) as bigint) as all_rows
    from left_out
    group by connection, entity, reason

)

select * from counted
where reason is not null
