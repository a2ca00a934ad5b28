{# One entity of the input contract over all connectors. A new connector is one more entry here: its name and the
   prefix of its models in the contract's shape. The files connector lands that shape, so its staging models serve. #}
{% macro connectors() %}
    {{ return({'files': 'stg_files__'}) }}
{% endmacro %}

{% macro union_connectors(entity) -%}
    {%- for connector, prefix in connectors().items() %}
    select * from {{ ref(prefix ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
