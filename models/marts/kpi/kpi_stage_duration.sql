-- One row per month, segment and pair of stages: how long the lead cycles took that arrived in the month,
-- where both stages were observed.
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}

),

pairs as (

    select
        from_stage,
        to_stage
    from {{ ref('stage_windows') }} as windows
    where
        windows.is_funnel_pair
        and {{ is_valid_on('windows', reporting_date(as_of())) }}

),

passages as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        {{ to_stage }}_month as month,
        segment,
        case
            when {{ from_stage }}_precision = 'day' or {{ to_stage }}_precision = 'day'
                then {{ double(days_between(
                    reporting_date(from_stage ~ '_at'), reporting_date(to_stage ~ '_at')
                )) }}
            else {{ double(seconds_between(from_stage ~ '_at', to_stage ~ '_at')) }} / 86400
        end as days
    from lifecycle
    where
        {{ from_stage }}_at is not null
        and {{ to_stage }}_at is not null
        and not {{ from_stage }}_is_inferred
        and not {{ to_stage }}_is_inferred
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    passages.month,
    passages.segment,
    passages.from_stage,
    passages.to_stage,
    cast(count(*) as bigint) as passages,
    {{ percentile('passages.days', 0.5) }} as median_days,
    {{ percentile('passages.days', 0.75) }} as p75_days
from passages
inner join pairs
    on passages.from_stage = pairs.from_stage
    and passages.to_stage = pairs.to_stage
group by passages.month, passages.segment, passages.from_stage, passages.to_stage
