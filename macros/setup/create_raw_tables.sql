{# Make the raw tables that no load has made yet, empty, from the input contract: the tables of the contract
   itself, those of each connection that lands files, and the ledger of loads. #}
{% macro create_raw_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'compile') %}
    {%- for table in graph.sources.values() %}
    {%- for schema in [table.schema] + (raw_schemas(table.name) if table.source_name == 'files' else []) %}
create schema if not exists {{ schema }};
create table if not exists {{ schema }}.{{ table.name }} (
    {%- for column in table.columns.values() %}
    {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
    {%- endfor %}
);
    {%- endfor %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
