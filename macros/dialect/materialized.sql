{# What makes an engine work out a CTE once, and plan it by itself. #}
{% macro materialized() %}{{ return(adapter.dispatch('materialized')()) }}{% endmacro %}

{% macro default__materialized() -%}
    materialized
{%- endmacro %}

{% macro spark__materialized() -%}
{%- endmacro %}
