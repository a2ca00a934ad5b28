-- One row per connection and month with touches: whether no more of them than agreed have a channel that is
-- unknown or that no rule maps (I25).
with

months as (

    select
        connection,
        {{ month_of('touched_on') }} as month,
        max(touched_at) as last_touched_at,
        count(*) as touches,
        sum(case when channel in ('unknown', '(unmapped)') then 1 else 0 end) as unknown_touches
    from {{ ref('int_touch__classified') }}
    where
        is_response
        and touched_at <= {{ as_of() }}
    group by connection, {{ month_of('touched_on') }}

)

select
    'I25' as rule,
    'connection_month' as subject_type,
    connection || '|' || cast(month as {{ dbt.type_string() }}) as subject_key,
    last_touched_at as examined_at,
    '(not set)' as team,
    '(not set)' as channel,
    {{ rule_outcome(
        'unknown_touches <= ' ~ threshold('maximum_unknown_share') ~ ' * touches'
    ) }} as outcome
from months
