{# An amount converted at the day's rate and rounded to cents, one row at a time. `own` and `reporting` are
   the units of the two currencies for one euro on that day; an amount in the reporting currency needs no
   rate. #}
{% macro in_reporting_currency(amount, currency, own, reporting) -%}
    cast(round(cast(
        case
            when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }}
            else {{ double(amount) }} * {{ double(reporting) }} / {{ double(own) }}
        end as decimal(28, 8)
    ), 2) as decimal(18, 2))
{%- endmacro %}
