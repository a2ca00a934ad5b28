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
        count({{ to_stage }}_at) as arrived,
        sum(case when is_identified then 0 else 1 end) as visitors
    from {{ ref('fct_lead_lifecycle') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    flags.*,
    passages.entered as passages_entered,
    passages.matured as passages_matured,
    passages.converted as passages_converted,
    passages.arrived as passages_arrived
from flags
inner join {{ ref('stage_windows') }} as windows
    on flags.from_stage = windows.from_stage
    and flags.to_stage = windows.to_stage
    and windows.is_funnel_pair
    and {{ is_valid_on('windows', reporting_date(as_of())) }}
left join passages
    on flags.from_stage = passages.from_stage
    and flags.to_stage = passages.to_stage
where
    -- without visitors nobody enters from the first touch
    (flags.from_stage <> 'first_touch' or flags.visitors > 0)
    and (
        coalesce(passages.entered, 0) <> coalesce(flags.entered, 0)
        or coalesce(passages.matured, 0) <> coalesce(flags.matured, 0)
        or coalesce(passages.converted, 0) <> coalesce(flags.converted, 0)
        or coalesce(passages.arrived, 0) <> coalesce(flags.arrived, 0)
    )
