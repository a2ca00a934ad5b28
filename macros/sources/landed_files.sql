{# The query of all rows of an entity that have landed from files, over all connections, with these columns. #}
{% macro landed_files(entity, columns=['*']) %}
{%- set contract = source('files', entity) -%}
select
    cast('files' as {{ dbt.type_string() }}) as connection,
    raw_files.{{ columns | join(', raw_files.') }}
from {{ contract }} as raw_files
{%- for schema in raw_schemas(entity) %}
union all
select
    '{{ schema.removeprefix("raw_") }}' as connection,
    {{ schema }}.{{ columns | join(', ' ~ schema ~ '.') }}
from {{ contract.incorporate(path={'schema': schema}) }} as {{ schema }}
{%- endfor %}
{%- endmacro %}
