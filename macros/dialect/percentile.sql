{# A quantile of a column, interpolated between the two values around it (as SQL's percentile_cont). #}
{% macro percentile(column, share) %}{{ return(adapter.dispatch('percentile')(column, share)) }}{% endmacro %}

{% macro default__percentile(column, share) -%}
    percentile_cont({{ share }}) within group (order by {{ column }})
{%- endmacro %}
