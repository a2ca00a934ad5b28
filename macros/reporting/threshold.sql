{# A number of the agreement, by its name in the seed `thresholds`, as valid at `as_of`. #}
{% macro threshold(name) -%}
    (
        select threshold_value from {{ ref('int_reporting__thresholds') }}
        where threshold = '{{ name }}'
    )
{%- endmacro %}
