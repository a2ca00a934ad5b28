{# Make the raw tables that no load has made yet, empty, from the input contract: the tables of the contract
   itself and those of each connection that lands files. #}
{% macro create_raw_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'compile') %}
    {%- for contract in graph.sources.values() if contract.source_name == 'files' %}
    {%- for schema in [contract.schema] + raw_schemas(contract.name) %}
create schema if not exists {{ schema }};
create table if not exists {{ schema }}.{{ contract.name }} (
    {%- for column in contract.columns.values() %}
    {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
    {%- endfor %}
);
    {%- endfor %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
