-- A row is a column of a mart whose name says that it holds an address, number or name of a person (I27).
-- Personal data stops before the marts; there people are keyed hashes.
-- Remove the column from the mart, or hash it. (`…_kind` says of which kind a value is, not the value.)
{% set personal = ['email', 'phone', 'first_name', 'last_name', 'visitor_id', 'source_id', 'user_agent'] %}
with

-- from the contracts, which list every column of a mart, so that no table has to be there
columns as (

    {% if execute %}
    {% for key in graph.nodes if key.startswith('model.') %}
    {% set mart = graph.nodes[key] %}
    {% if mart.schema in ('core', 'kpi') %}
    {% for column in mart.columns %}
    select
        '{{ mart.name }}' as table_name,
        '{{ column }}' as column_name
    union all
    {% endfor %}
    {% endif %}
    {% endfor %}
    {% endif %}
    select
        '(none)' as table_name,
        '(none)' as column_name

)

select
    table_name,
    column_name
from columns
where
    column_name not like '%\_kind' escape '\'
    and (
        {%- for word in personal %}
        column_name like '%{{ word }}%'{{ ' or' if not loop.last }}
        {%- endfor %}
    )
