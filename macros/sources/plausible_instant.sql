{# An instant of a raw row, or null where it is a placeholder or lies after the day on which the row was landed. #}
{% macro plausible_instant(column) -%}
    case
        when cast({{ column }} as date) in (
            cast('1900-01-01' as date), cast('1970-01-01' as date), cast('9999-12-31' as date)
        ) then null
        when {{ column }} > {{ dbt.dateadd('day', 1, 'loaded_at') }} then null
        else {{ column }}
    end
{%- endmacro %}
