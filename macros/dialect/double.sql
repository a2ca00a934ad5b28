{# A value as a 64-bit floating-point number. #}
{% macro double(value) %}{{ return(adapter.dispatch('double')(value)) }}{% endmacro %}

{% macro default__double(value) -%}
    cast({{ value }} as double precision)
{%- endmacro %}

{% macro spark__double(value) -%}
    cast({{ value }} as double)
{%- endmacro %}
