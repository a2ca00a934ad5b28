{# The key of the pseudonyms stands in a table of its own, never in SQL text. Where none has been set, the
   demo and the tests take a public key of zeros; a real company is told how to set its own. #}
{% macro create_key_table() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test') %}
        {%- if var('pseudonymisation_key', 'secret') == 'public_test_key' %}
create schema if not exists keyring;
create table if not exists keyring.key_blocks as
select '{{ '36' * 64 }}' as inner_block, '{{ '5c' * 64 }}' as outer_block;
        {%- else %}
            {%- set tables = run_query(
                "select count(*) from information_schema.tables "
                ~ "where table_schema = 'keyring' and table_name = 'key_blocks'"
            ) %}
            {%- if tables.columns[0].values()[0] == 0 %}
                {%- do exceptions.raise_compiler_error(
                    'No key for pseudonyms. Expected the environment variable LEITSTAND_KEY '
                    ~ '(64 hexadecimal digits, made once by `openssl rand -hex 32` and kept), '
                    ~ 'found none in the warehouse. '
                    ~ 'Set it and run `leitstand build`, which stores it.'
                ) %}
            {%- endif %}
        {%- endif %}
    {%- endif %}
{% endmacro %}
