{# Whether a text holds a match of a POSIX regular expression. #}
{% macro matches(column, pattern) %}{{ return(adapter.dispatch('matches')(column, pattern)) }}{% endmacro %}

{% macro default__matches(column, pattern) -%}
    regexp_matches({{ column }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(column, pattern) -%}
    ({{ column }} ~ '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(column, pattern) -%}
    ({{ column }} rlike '{{ pattern }}')
{%- endmacro %}
