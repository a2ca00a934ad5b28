{# The calendar day of a UTC instant in a time zone. #}
{% macro utc_as_local_date(instant, zone) -%}
    {{ return(adapter.dispatch('utc_as_local_date')(instant, zone)) }}
{%- endmacro %}

{% macro default__utc_as_local_date(instant, zone) -%}
    cast(timezone({{ zone }}, timezone('UTC', {{ instant }})) as date)
{%- endmacro %}
