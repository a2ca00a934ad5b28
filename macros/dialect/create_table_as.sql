{# Postgres counts what a table just built holds, where its planner would otherwise guess. #}
{% macro postgres__create_table_as(temporary, relation, sql) -%}
    {{ dbt.postgres__create_table_as(temporary, relation, sql) }}
    analyze {{ relation }}
{%- endmacro %}
