{# The instant as of which everything is reported: set by the company, else the newest load. #}
{% macro as_of() -%}
    (select as_of from {{ ref('int_reporting__as_of') }})
{%- endmacro %}
