{# An amount converted at the day's rate and rounded to cents, one row at a time. `rates` is the row of
   `int_currency__daily_rates` for its currency and day; an amount in the reporting currency needs none. #}
{% macro in_reporting_currency(amount, currency, rates) -%}
    cast(round(cast(
        case
            when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }}
            else {{ double(amount) }} * {{ double(rates ~ '.reporting_units_per_euro') }}
                / {{ double(rates ~ '.units_per_euro') }}
        end as decimal(28, 8)
    ), 2) as decimal(18, 2))
{%- endmacro %}
