-- One row per connection: whether its newest load is no older than agreed (I41); not applicable where no age
-- is agreed.
with

loads as (

    select
        connection,
        max(loaded_at) as loaded_at
    from {{ ref('stg_landing__files') }}
    group by connection

)

select
    'I41' as rule,
    'connection' as subject_type,
    loads.connection as subject_key,
    loads.loaded_at as examined_at,
    '(not set)' as team,
    '(not set)' as channel,
    {{ rule_outcome(
        dbt.dateadd('hour', 'freshness.maximum_age_hours', 'loads.loaded_at') ~ ' >= ' ~ as_of()
    ) }} as outcome
from loads
left join {{ ref('source_freshness') }} as freshness
    on loads.connection = freshness.connection
    and {{ is_valid_on('freshness', reporting_date(as_of())) }}
