{# The seconds of business that a calendar has had by an instant, from the row of `int_handover__business_days` of
   that instant's day. The difference of two such figures is the business time between the two instants. #}
{% macro business_seconds_until(day, instant) -%}
    ({{ day }}.seconds_before + case
        when {{ day }}.seconds = 0 then 0
        else least(greatest({{ seconds_between(day ~ '.opens_at', instant) }}, 0), {{ day }}.seconds)
    end)
{%- endmacro %}
