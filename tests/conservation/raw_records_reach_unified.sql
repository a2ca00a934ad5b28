-- A row is an entity of a connection whose records in raw and in the unified layer differ in number.
-- Each key of raw must be there once, in its last version.
-- Look at the staging model of the entity: a join or filter has come in.
{% set connections = var('connections') | selectattr('connector', 'equalto', 'files') | list %}
with

raw_records as (
    {% for connection in connections %}{% for entity in connection.entities %}
    select
        '{{ connection.name }}' as connection,
        '{{ entity }}' as entity,
        count(distinct source_id) as records
    from {{ source('files', entity).incorporate(path={'schema': 'raw_' ~ connection.name}) }}
    union all
    {% endfor %}{% endfor %}
    select
        'none',
        'none',
        0
    where false

),

unified as (
    {% for entity in [
        'persons', 'accounts', 'users', 'stage_signals', 'invoices', 'touches', 'campaigns', 'spend',
        'other_costs', 'fx_rates', 'opportunities', 'revenue', 'opportunity_persons', 'activities'
    ] %}
    select
        connection,
        '{{ entity }}' as entity,
        count(*) as records
    from {{ ref('int_unified__' ~ entity) }}
    group by connection
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    raw_records.connection,
    raw_records.entity,
    raw_records.records as raw_records,
    unified.records as unified_records
from raw_records
left join unified
    on raw_records.connection = unified.connection
    and raw_records.entity = unified.entity
where raw_records.records <> coalesce(unified.records, 0)
