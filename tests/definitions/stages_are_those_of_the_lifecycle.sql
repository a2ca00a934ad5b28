-- A row is a stage that the agreement and the columns of the lifecycle do not both have, at the same rank.
-- The lifecycle fact has a fixed set of columns for each stage.
-- Correct stages.csv, or the macro stages() together with the models that use it.
with

columns as (
    {% for stage in stages() %}
    select
        '{{ stage }}' as stage,
        {{ loop.index0 }} as stage_rank
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

agreed as (

    select
        stage,
        stage_rank
    from {{ ref('stages') }}
    group by stage, stage_rank

)

select
    agreed.stage as agreed_stage,
    columns.stage as column_stage
from agreed
full outer join columns
    on agreed.stage = columns.stage
    and agreed.stage_rank = columns.stage_rank
where agreed.stage is null or columns.stage is null
