{# True where an instant had happened by `as_of`; a date only counts from its first second. #}
{% macro is_known(instant, precision) -%}
    (
        {{ instant }} <= {{ as_of() }}
        or (
            {{ precision }} = 'day'
            and {{ reporting_date(instant) }} <= {{ reporting_date(as_of()) }}
        )
    )
{%- endmacro %}
