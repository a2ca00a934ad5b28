-- One row per month, origin path, channel, segment and pair of stages: lead cycles that entered the first
-- stage in the month with what became of them, and those that arrived at the second stage in the month.
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}

),

flows as (
    {% for from_stage, to_stage in funnel_pairs() %}
    {%- set pair = from_stage ~ '_to_' ~ to_stage %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        {{ from_stage }}_month as month,
        origin_path,
        channel,
        segment,
        1 as entered,
        case when is_matured_{{ pair }} then 1 else 0 end as matured,
        case when is_matured_{{ pair }} and is_converted_{{ pair }} then 1 else 0 end as converted_in_window,
        case when {{ to_stage }}_at is not null then 1 else 0 end as converted_to_date,
        0 as arrived
    from lifecycle
    where
        {{ from_stage }}_at is not null
        {%- if from_stage == 'first_touch' %}
        and is_first_cycle
        {%- endif %}
    union all
    select
        '{{ from_stage }}',
        '{{ to_stage }}',
        {{ to_stage }}_month,
        origin_path,
        channel,
        segment,
        0,
        0,
        0,
        0,
        1
    from lifecycle
    where {{ to_stage }}_at is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    from_stage,
    to_stage,
    month,
    origin_path,
    channel,
    segment,
    cast(sum(entered) as bigint) as entered,
    cast(sum(matured) as bigint) as matured,
    cast(sum(converted_in_window) as bigint) as converted_in_window,
    cast(sum(converted_to_date) as bigint) as converted_to_date,
    cast(sum(arrived) as bigint) as arrived
from flows
group by from_stage, to_stage, month, origin_path, channel, segment
