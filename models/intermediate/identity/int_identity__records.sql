-- One row per person record that counts, and per consented visitor: the person it belongs to. A visitor
-- belongs to the person first identified with that visitor id, else stands alone, with consent only.
with

identified as (

    select * from {{ ref('int_identity__leads') }}

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

rules as (

    select * from {{ ref('identity_rules') }} as identity_rules
    where
        rule = 'visitor_id'
        and {{ is_valid_on('identity_rules', reporting_date(as_of())) }}

),

-- persons with a visitor id, under a rule that lets it name them
named as (

    select
        identified.visitor_id,
        identified.lead_id,
        identified.has_refused,
        min(rules.max_records) as max_persons,
        row_number() over (
            partition by identified.visitor_id
            order by min(identified.created_at) nulls last, min(identified.record_key)
        ) as owner_rank
    from identified
    inner join rules on rules.connection is null or identified.connection = rules.connection
    where identified.visitor_id is not null
    group by identified.visitor_id, identified.lead_id, identified.has_refused

),

-- a device that too many people use says nothing of any of them
devices as (

    select
        visitor_id,
        count(*) as persons
    from named
    group by visitor_id

),

owners as (

    select
        named.visitor_id,
        named.lead_id,
        named.has_refused
    from named
    inner join devices on named.visitor_id = devices.visitor_id
    where
        named.owner_rank = 1
        and (named.max_persons is null or devices.persons <= named.max_persons)

),

stitched as (

    select
        visitors.connection,
        visitors.visitor_id as source_id,
        'visitor' as record_kind,
        visitors.first_seen_at as created_at,
        visitors.visitor_id,
        coalesce(
            owners.lead_id, {{ keyed_hash("visitors.connection || '|' || visitors.visitor_id") }}
        ) as lead_id,
        coalesce(owners.has_refused, false) as has_refused
    from visitors
    left join owners on visitors.visitor_id = owners.visitor_id
    where visitors.has_consented or owners.lead_id is not null

)

select
    connection,
    source_id,
    cast('record' as {{ dbt.type_string() }}) as record_kind,
    created_at,
    visitor_id,
    lead_id,
    has_refused
from identified
union all
select * from stitched
