{# One entity of the input contract over all connectors. #}
{% macro union_connectors(entity) -%}
    {%- for connector, prefix in connectors().items() %}
    select * from {{ ref(prefix ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
