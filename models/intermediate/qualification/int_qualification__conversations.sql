-- One row per moment, from a connection that had delivered sales activities by then:
-- whether a human conversation with the person, or a meeting, came before it.
with

moments as (

    select * from {{ ref('int_qualification__moments') }}

),

activities as (

    select
        connection,
        person_id,
        activity_type,
        direction,
        {{ exact_instant('happened') }} as happened_at
    from {{ ref('int_unified__activities') }}
    where
        not is_automated
        and happened_at is not null

),

supplies as (

    select
        connection,
        min(happened_at) as supplied_from
    from activities
    group by connection

),

conversations as (

    select
        records.lead_id,
        activities.happened_at,
        types.is_meeting
    from activities
    inner join {{ ref('activity_types') }} as types on activities.activity_type = types.activity_type
    inner join {{ ref('int_identity__records') }} as records
        on activities.connection = records.connection
        and activities.person_id = records.source_id
        and records.record_kind = 'record'
    where activities.direction = 'inbound' or types.is_two_way

)

select
    moments.moment_number,
    count(conversations.lead_id) > 0 as has_conversation,
    coalesce(bool_or(conversations.is_meeting), false) as has_meeting
from moments
inner join supplies
    on moments.connection = supplies.connection
    and moments.declared_at >= supplies.supplied_from
left join conversations
    on moments.lead_id = conversations.lead_id
    and conversations.happened_at <= moments.declared_at
group by moments.moment_number
