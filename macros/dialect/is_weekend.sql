{# True on Saturday and Sunday. #}
{% macro is_weekend(day) %}{{ return(adapter.dispatch('is_weekend')(day)) }}{% endmacro %}

{% macro default__is_weekend(day) -%}
    extract(isodow from {{ day }}) >= 6
{%- endmacro %}

{% macro spark__is_weekend(day) -%}
    weekday({{ day }}) >= 5
{%- endmacro %}
