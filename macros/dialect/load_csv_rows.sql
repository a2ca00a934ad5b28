{# The rows of a seed, from a folder of any name: dbt-duckdb writes the path into SQL as it stands, where a
   quote ends it and DuckDB takes a bracket for a pattern. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set path = adapter.get_seed_file_path(model) | replace("'", "''") %}
    {% set one_file = path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') %}
    {% set sql = "copy " ~ this ~ " from '" ~ one_file ~ "' (format csv, header true)" %}
    {% do adapter.add_query(sql, abridge_sql_log=true) %}
    {{ return(sql) }}
{% endmacro %}

{# Postgres counts what a seed holds, too. #}
{% macro postgres__load_csv_rows(model, agate_table) %}
    {% set sql = dbt.default__load_csv_rows(model, agate_table) %}
    {% do adapter.add_query('analyze ' ~ this) %}
    {{ return(sql) }}
{% endmacro %}
