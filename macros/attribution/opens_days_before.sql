{# Instant at which a window opens that ends with an event: so many times 24 hours before it; where only the
   date of the event is known, with the day so many days before. #}
{% macro opens_days_before(instant, precision, days) -%}
    case
        when {{ precision }} = 'day'
            then {{ plus_seconds(end_of_reporting_day(dbt.dateadd(
                'day', '-(' ~ days ~ ' + 1)', reporting_date(instant)
            )), 1) }}
        else {{ dbt.dateadd('day', '-' ~ days, instant) }}
    end
{%- endmacro %}
