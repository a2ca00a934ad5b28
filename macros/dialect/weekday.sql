{# The weekday of a date: 1 is Monday, 7 is Sunday. #}
{% macro weekday(day) %}{{ return(adapter.dispatch('weekday')(day)) }}{% endmacro %}

{% macro default__weekday(day) -%}
    cast(extract(isodow from {{ day }}) as integer)
{%- endmacro %}

{% macro spark__weekday(day) -%}
    weekday({{ day }}) + 1
{%- endmacro %}
