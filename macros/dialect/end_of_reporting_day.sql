{# The last second of a calendar day in the reporting time zone, as a UTC instant. #}
{% macro end_of_reporting_day(day) %}{{ return(adapter.dispatch('end_of_reporting_day')(day)) }}{% endmacro %}

{% macro default__end_of_reporting_day(day) -%}
    timezone('UTC', timezone(
        '{{ var("report_timezone") }}', cast({{ day }} as timestamp) + interval '1 day' - interval '1 second'
    ))
{%- endmacro %}
