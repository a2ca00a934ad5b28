{# True where an instant had happened by `as_of`; a date only counts from its first second. #}
{% macro is_known(instant, precision) -%}
    case
        when {{ precision }} = 'day' then {{ reporting_date(instant) }} <= {{ reporting_date(as_of()) }}
        else {{ instant }} <= {{ as_of() }}
    end
{%- endmacro %}
