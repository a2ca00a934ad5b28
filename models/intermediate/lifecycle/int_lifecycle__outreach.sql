-- One row per outbound activity by a human of a role that opens an origin path of its own, with that path.
with

activities as (

    select
        *,
        {{ exact_instant('happened') }} as happened_instant
    from {{ ref('int_unified__activities') }}
    where
        direction = 'outbound'
        and not is_automated
        and happened_at is not null

),

users as (

    select
        connection,
        source_id,
        role
    from {{ ref('int_unified__users') }}

),

records as (

    select * from {{ ref('int_identity__records') }}
    where record_kind = 'record'

)

select
    records.lead_id,
    paths.origin_path,
    activities.happened_instant as happened_at,
    activities.connection,
    activities.source_id
from activities
inner join users
    on activities.connection = users.connection
    and activities.actor_id = users.source_id
inner join {{ ref('origin_paths') }} as paths on users.role = paths.outbound_role
inner join records
    on activities.connection = records.connection
    and activities.person_id = records.source_id
where {{ is_known('activities.happened_instant', 'activities.happened_precision') }}
