{# The CTE `latest`: of each record of an entity the version landed last, over all connections that land
   files. Most records have one version, so only those with several are ranked: ranking sorts whole rows. #}
{% macro latest_of_files(entity) %}
several as (

    select
        connection,
        source_id
    from ({{ landed_files(entity, ['source_id']) }}) as versions
    group by connection, source_id
    having count(*) > 1

),

ranked as (

    select
        landed.*,
        row_number() over (
            partition by landed.connection, landed.source_id
            order by landed.load_number desc, landed.file_name desc, landed.line_number desc
        ) as version_rank
    from ({{ landed_files(entity) }}) as landed
    inner join several
        on landed.connection = several.connection
        and landed.source_id = several.source_id

),

latest as (

    select
        landed.*,
        1 as version_rank
    from ({{ landed_files(entity) }}) as landed
    left join several
        on landed.connection = several.connection
        and landed.source_id = several.source_id
    where several.source_id is null
    union all
    select * from ranked
    where version_rank = 1

)
{%- endmacro %}
