{# An instant of the input contract as UTC: as it stands where it is exact, the end of its reporting day where
   the source gives a date only. #}
{% macro exact_instant(stem) -%}
    case
        when {{ stem }}_precision = 'day' then {{ end_of_reporting_day('cast(' ~ stem ~ '_at as date)') }}
        else {{ stem }}_at
    end
{%- endmacro %}
