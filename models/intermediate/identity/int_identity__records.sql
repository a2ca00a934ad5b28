-- One row per person record, and per consented visitor: the person it belongs to. Records of one e-mail
-- address are one person; a visitor belongs to the person first identified with that visitor id, else stands
-- alone, with consent only.
with

records as (

    select
        connection,
        source_id,
        created_at,
        visitor_id,
        consent_state in ('denied', 'withdrawn') as has_refused,
        coalesce(nullif(lower(trim(email)), ''), connection || '|' || source_id) as human_key
    from {{ ref('int_unified__persons') }}
    where not is_deleted

),

first_records as (

    select
        human_key,
        connection,
        source_id,
        bool_or(has_refused) over (partition by human_key) as has_refused,
        row_number() over (
            partition by human_key order by created_at nulls last, connection, source_id
        ) as record_rank
    from records

),

persons as (

    select
        human_key,
        has_refused,
        {{ keyed_hash("connection || '|' || source_id") }} as lead_id
    from first_records
    where record_rank = 1

),

identified as (

    select
        records.connection,
        records.source_id,
        'record' as record_kind,
        records.created_at,
        records.visitor_id,
        persons.lead_id,
        persons.has_refused
    from records
    inner join persons on records.human_key = persons.human_key

),

visitors as (

    select
        visitor_id,
        min(connection) as connection,
        min(happened_at) as first_seen_at,
        bool_or(consent_state = 'granted') as has_consented
    from {{ ref('int_unified__touches') }}
    where
        visitor_id is not null
        and consent_state not in ('denied', 'withdrawn')
    group by visitor_id

),

visitor_owners as (

    select
        visitor_id,
        lead_id,
        has_refused,
        row_number() over (
            partition by visitor_id order by created_at nulls last, connection, source_id
        ) as owner_rank
    from identified
    where visitor_id is not null

),

stitched as (

    select
        visitors.connection,
        visitors.visitor_id as source_id,
        'visitor' as record_kind,
        visitors.first_seen_at as created_at,
        visitors.visitor_id,
        coalesce(
            visitor_owners.lead_id, {{ keyed_hash("visitors.connection || '|' || visitors.visitor_id") }}
        ) as lead_id,
        coalesce(visitor_owners.has_refused, false) as has_refused
    from visitors
    left join visitor_owners
        on visitors.visitor_id = visitor_owners.visitor_id
        and visitor_owners.owner_rank = 1
    where visitors.has_consented or visitor_owners.lead_id is not null

)

select * from identified
union all
select * from stitched
