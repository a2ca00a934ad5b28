-- A row is a pair of stages of which the mart of durations counts other passages than the lifecycle has, with
-- both ends observed.
-- A median over half of the passages says how fast those are that were kept.
-- Look at kpi_stage_duration: a pair without a row in stage_windows has no duration.
with

facts as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        count(*) as passages
    from {{ ref('fct_lead_lifecycle') }}
    where
        {{ from_stage }}_at is not null
        and {{ to_stage }}_at is not null
        and not {{ from_stage }}_is_inferred
        and not {{ to_stage }}_is_inferred
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

reported as (

    select
        from_stage,
        to_stage,
        sum(passages) as passages
    from {{ ref('kpi_stage_duration') }}
    group by from_stage, to_stage

)

select
    facts.from_stage,
    facts.to_stage,
    facts.passages as fact_passages,
    reported.passages as mart_passages
from facts
inner join {{ ref('stage_windows') }} as windows
    on facts.from_stage = windows.from_stage
    and facts.to_stage = windows.to_stage
    and windows.is_funnel_pair
    and {{ is_valid_on('windows', reporting_date(as_of())) }}
left join reported
    on facts.from_stage = reported.from_stage
    and facts.to_stage = reported.to_stage
where coalesce(facts.passages, 0) <> coalesce(reported.passages, 0)
