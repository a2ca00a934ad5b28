-- One row per basis, month, origin path, channel, segment and pair of stages.
{% set pairs = funnel_pairs() %}
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}

),

visitors as (

    select count(*) as visitors from lifecycle
    where not is_identified

),

windows as (

    select
        windows.from_stage,
        windows.to_stage,
        windows.window_days
    from {{ ref('stage_windows') }} as windows
    cross join visitors
    where
        windows.is_funnel_pair
        and {{ is_valid_on('windows', reporting_date(as_of())) }}
        -- without visitors that never identify themselves, every touched lead is an inquiry by construction
        and (windows.from_stage <> 'first_touch' or visitors.visitors > 0)

),

entries as (
    {% for from_stage, to_stage in pairs %}
    {%- set pair = from_stage ~ '_to_' ~ to_stage %}
    select
        {{ from_stage }}_month as month,
        origin_path,
        channel,
        segment,
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        count(*) as entered,
        sum(case when is_matured_{{ pair }} then 1 else 0 end) as matured,
        sum(case when is_matured_{{ pair }} and is_converted_{{ pair }} then 1 else 0 end) as converted_in_window,
        sum(case when {{ to_stage }}_at is not null then 1 else 0 end) as converted_to_date
    from lifecycle
    where
        {{ from_stage }}_at is not null
        {%- if from_stage == 'first_touch' %}
        and is_first_cycle
        {%- endif %}
    group by {{ from_stage }}_month, origin_path, channel, segment
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

arrivals as (
    {% for from_stage, to_stage in pairs %}
    select
        {{ to_stage }}_month as month,
        origin_path,
        channel,
        segment,
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        count(*) as arrived
    from lifecycle
    where {{ to_stage }}_at is not null
    group by {{ to_stage }}_month, origin_path, channel, segment
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

counts as (

    select 'cohort' as basis, month, origin_path, channel, segment, from_stage, to_stage,
        entered, matured, converted_in_window as converted
    from entries
    union all
    select 'to_date', month, origin_path, channel, segment, from_stage, to_stage, entered, entered, converted_to_date
    from entries
    union all
    select 'period', month, origin_path, channel, segment, from_stage, to_stage, entered, entered, 0
    from entries
    union all
    select 'period', month, origin_path, channel, segment, from_stage, to_stage, 0, 0, arrived
    from arrivals

),

summed as (

    select
        basis,
        month,
        origin_path,
        channel,
        segment,
        from_stage,
        to_stage,
        cast(sum(entered) as bigint) as entered,
        cast(sum(matured) as bigint) as matured,
        cast(sum(converted) as bigint) as converted
    from counts
    group by basis, month, origin_path, channel, segment, from_stage, to_stage

)

select
    summed.basis,
    summed.month,
    summed.origin_path,
    summed.channel,
    summed.segment,
    summed.from_stage,
    summed.to_stage,
    summed.entered,
    summed.matured,
    summed.converted,
    case when summed.basis <> 'period' then {{ ratio('summed.converted', 'summed.matured') }} end as conversion_rate,
    case when summed.basis <> 'period' then {{ wilson_bound('summed.converted', 'summed.matured', -1) }} end as ci_low,
    case when summed.basis <> 'period' then {{ wilson_bound('summed.converted', 'summed.matured', 1) }} end as ci_high,
    case when summed.basis = 'cohort' then {{ ratio('summed.matured', 'summed.entered') }} end as mature_share,
    case when summed.basis = 'cohort' then windows.window_days end as window_days,
    case when summed.basis = 'period' then {{ ratio('summed.converted', 'summed.entered') }} end as flow_ratio
from summed
inner join windows
    on summed.from_stage = windows.from_stage
    and summed.to_stage = windows.to_stage
