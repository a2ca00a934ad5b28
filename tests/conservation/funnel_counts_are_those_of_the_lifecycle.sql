-- A row is a pair of stages whose counts to date differ between funnel mart and lifecycle fact (I19, I40).
-- The funnel counts lead cycles, from the first touch on the first ones only; a lost one changes every rate.
-- Look at the dimensions of the lifecycle fact, and at kpi_funnel_conversion.
with

reported as (

    select
        from_stage,
        to_stage,
        sum(entered) as entered,
        sum(converted) as converted
    from {{ ref('kpi_funnel_conversion') }}
    where basis = 'to_date'
    group by from_stage, to_stage

),

facts as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        count({{ from_stage }}_at) as entered,
        sum(case when {{ from_stage }}_at is not null and {{ to_stage }}_at is not null then 1 else 0 end)
            as converted
    from {{ ref('fct_lead_lifecycle') }}
    {%- if from_stage == 'first_touch' %}
    -- without visitors that never identify themselves the pairs of the first touch are left out
    where
        is_first_cycle
        and (select bool_or(not visitors.is_identified) from {{ ref('fct_lead_lifecycle') }} as visitors)
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    facts.from_stage,
    facts.to_stage,
    reported.entered as mart_entered,
    facts.entered as fact_entered,
    reported.converted as mart_converted,
    facts.converted as fact_converted
from facts
inner join {{ ref('stage_windows') }} as windows
    on facts.from_stage = windows.from_stage
    and facts.to_stage = windows.to_stage
    and windows.is_funnel_pair
    and {{ is_valid_on('windows', reporting_date(as_of())) }}
left join reported
    on facts.from_stage = reported.from_stage
    and facts.to_stage = reported.to_stage
where
    coalesce(reported.entered, 0) <> coalesce(facts.entered, 0)
    or coalesce(reported.converted, 0) <> coalesce(facts.converted, 0)
