{# True where a touch happened no later than an instant; a touch of which only the date is known, no later than
   its day. #}
{% macro is_touched_by(touches, instant) -%}
    {{ touches }}.touched_at <= case
        when {{ touches }}.touched_precision = 'day' then {{ end_of_reporting_day(reporting_date(instant)) }}
        else {{ instant }}
    end
{%- endmacro %}
