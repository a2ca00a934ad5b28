{# The calendar day of a UTC instant in the reporting time zone. #}
{% macro reporting_date(instant) %}{{ return(adapter.dispatch('reporting_date')(instant)) }}{% endmacro %}

{% macro default__reporting_date(instant) -%}
    cast(timezone('{{ var("report_timezone") }}', timezone('UTC', {{ instant }})) as date)
{%- endmacro %}
