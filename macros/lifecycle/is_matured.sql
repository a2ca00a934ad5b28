{# True where so many days have passed between an instant and `as_of`. #}
{% macro is_matured(instant, days) -%}
    {{ dbt.dateadd('hour', '24 * ' ~ days, instant) }} <= {{ as_of() }}
{%- endmacro %}
