-- A row is a pair of stages whose passages are not those that the flags of the lifecycle say.
-- A funnel has one truth, whether its pairs stand in rows or in columns.
-- Look at fct_stage_passage and at the flags of fct_lead_lifecycle.
with

passages as (

    select
        from_stage,
        to_stage,
        sum(case when is_entered then 1 else 0 end) as entered,
        sum(case when is_matured then 1 else 0 end) as matured,
        sum(case when is_matured and is_converted then 1 else 0 end) as converted,
        count(arrived_date) as arrived
    from {{ ref('fct_stage_passage') }}
    group by from_stage, to_stage

),

flags as (
    {% for from_stage, to_stage in funnel_pairs() %}
    {%- set pair = from_stage ~ '_to_' ~ to_stage %}
    {%- set cohort = "is_first_cycle" if from_stage == 'first_touch' else 'true' %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        sum(case when {{ from_stage }}_at is not null and {{ cohort }} then 1 else 0 end) as entered,
        sum(case when is_matured_{{ pair }} and {{ cohort }} then 1 else 0 end) as matured,
        sum(case when is_matured_{{ pair }} and is_converted_{{ pair }} and {{ cohort }} then 1 else 0 end)
            as converted,
        count({{ to_stage }}_at) as arrived
    from {{ ref('fct_lead_lifecycle') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    passages.*,
    flags.entered as flagged_entered,
    flags.matured as flagged_matured,
    flags.converted as flagged_converted,
    flags.arrived as flagged_arrived
from passages
inner join flags
    on passages.from_stage = flags.from_stage
    and passages.to_stage = flags.to_stage
where
    passages.entered <> flags.entered
    or passages.matured <> flags.matured
    or passages.converted <> flags.converted
    or passages.arrived <> flags.arrived
