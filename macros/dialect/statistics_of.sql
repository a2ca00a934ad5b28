{# Have the engine count what a table just built holds, where its planner would otherwise guess. #}
{% macro statistics_of(relation) %}{{ return(adapter.dispatch('statistics_of')(relation)) }}{% endmacro %}

{% macro default__statistics_of(relation) -%}
{%- endmacro %}

{% macro postgres__statistics_of(relation) -%}
    analyze {{ relation }}
{%- endmacro %}
