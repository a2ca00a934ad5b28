{# The CTE `latest`: of each record of an entity the version landed last, over all connections that land
   files. #}
{% macro latest_of_files(entity) %}
{%- set contract = source('files', entity) -%}
landed as (

    select cast('files' as {{ dbt.type_string() }}) as connection, contract.* from {{ contract }} as contract
    {%- for schema in raw_schemas(entity) %}
    union all
    select '{{ schema.removeprefix("raw_") }}' as connection, raw.*
    from {{ contract.incorporate(path={'schema': schema}) }} as raw
    {%- endfor %}

),

ranked as (

    select
        landed.*,
        row_number() over (
            partition by landed.connection, landed.source_id
            order by landed.load_number desc, landed.file_name desc, landed.line_number desc
        ) as version_rank
    from landed

),

latest as (

    select * from ranked
    where version_rank = 1

)
{%- endmacro %}
