{# A ratio of sums; null where the denominator is zero. #}
{% macro ratio(numerator, denominator) -%}
    {{ double(numerator) }} / nullif({{ double(denominator) }}, 0)
{%- endmacro %}
