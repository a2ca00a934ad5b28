{# An instant of a raw row, or null where it is a placeholder (the first days of 1900 and 1970, the last of
   9999; a day either side, since time zones move them) or lies after the day on which the row was landed. #}
{% macro plausible_instant(column) -%}
    case
        when {{ column }} < cast('1900-01-03' as timestamp) then null
        when {{ column }} between cast('1969-12-31' as timestamp) and cast('1970-01-02' as timestamp)
            then null
        when {{ column }} > {{ dbt.dateadd('day', 1, 'loaded_at') }} then null
        else {{ column }}
    end
{%- endmacro %}
