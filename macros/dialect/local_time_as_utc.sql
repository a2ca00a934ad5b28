{# A local time (timestamp without zone) of a time zone as a UTC instant; what the change of clocks skips or
   repeats is read as the engine's zone data has it. #}
{% macro local_time_as_utc(local_time, zone) -%}
    {{ return(adapter.dispatch('local_time_as_utc')(local_time, zone)) }}
{%- endmacro %}

{% macro default__local_time_as_utc(local_time, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ local_time }}))
{%- endmacro %}
