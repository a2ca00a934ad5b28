-- A row is a file of a load whose landed rows are not all in the raw table of its connection and entity.
-- Raw is append-only: a row that is gone was removed by hand.
-- Run `leitstand rebuild`, which makes raw from the kept files.
{% set connections = var('connections') | selectattr('connector', 'equalto', 'files') | list %}
with

raw_rows as (
    {% for connection in connections %}{% for entity in connection.entities %}
    select
        '{{ connection.name }}' as connection,
        '{{ entity }}' as entity,
        load_number,
        file_hash,
        count(*) as raw_count
    from {{ source('files', entity).incorporate(path={'schema': 'raw_' ~ connection.name}) }}
    group by load_number, file_hash
    union all
    {% endfor %}{% endfor %}
    select
        'none',
        'none',
        0,
        'none',
        0
    where false

),

landed as (

    select
        connection,
        entity,
        load_number,
        file_hash,
        sum(rows_landed) as landed_count
    from {{ source('landing', 'files') }}
    group by connection, entity, load_number, file_hash

)

select
    landed.connection,
    landed.entity,
    landed.load_number,
    landed.landed_count,
    raw_rows.raw_count
from landed
left join raw_rows
    on landed.connection = raw_rows.connection
    and landed.entity = raw_rows.entity
    and landed.load_number = raw_rows.load_number
    and landed.file_hash = raw_rows.file_hash
where landed.landed_count <> coalesce(raw_rows.raw_count, 0)
