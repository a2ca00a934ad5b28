{# True where a month is one of the last so many whole months before `as_of`. #}
{% macro in_last_full_months(month, months) -%}
    (
        {{ month }} < (select month_start from {{ ref('dim_date') }} where is_as_of)
        and {{ month }} >= {{ dbt.dateadd(
            'month', -months, '(select month_start from ' ~ ref('dim_date') ~ ' where is_as_of)'
        ) }}
    )
{%- endmacro %}
