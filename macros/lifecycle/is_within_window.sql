{# True where the later stage was reached within so many days of the earlier one: in hours where both instants
   are exact, in calendar days of the reporting time zone where one is a date only. #}
{% macro is_within_window(earlier, later, days) -%}
    case
        when {{ later }}_at is null then false
        when {{ earlier }}_precision = 'day' or {{ later }}_precision = 'day'
            then
                {{ days_between(reporting_date(earlier ~ '_at'), reporting_date(later ~ '_at')) }}
                <= {{ days }}
        else {{ later }}_at <= {{ dbt.dateadd('hour', '24 * ' ~ days, earlier ~ '_at') }}
    end
{%- endmacro %}
