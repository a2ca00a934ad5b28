{# A value as a 64-bit floating-point number. #}
{% macro double(value) -%}
    cast({{ value }} as double precision)
{%- endmacro %}
