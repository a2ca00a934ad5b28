{# The first day of the fiscal quarter of a date. #}
{% macro fiscal_quarter_of(day) -%}
    cast({{ dbt.dateadd(
        'month',
        '-mod(cast(extract(month from ' ~ day ~ ') as integer) + 12 - ' ~ var('fiscal_year_start_month') ~ ', 3)',
        month_of(day)
    ) }} as date)
{%- endmacro %}
