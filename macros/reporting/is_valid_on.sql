{# True where a row of the agreement was valid on a date. #}
{% macro is_valid_on(alias, day) -%}
    (
        {{ alias }}.valid_from <= {{ day }}
        and ({{ alias }}.valid_to is null or {{ alias }}.valid_to > {{ day }})
    )
{%- endmacro %}
