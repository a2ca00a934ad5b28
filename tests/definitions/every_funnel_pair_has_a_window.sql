-- A row is a pair of stages without a window valid at as_of, with several, or unknown to the lifecycle fact.
-- Without a window no lead of the pair ever matures; two windows would contradict each other.
-- Correct stage_windows.csv, or the macro funnel_pairs() together with the fact's columns.
with

pairs as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

windows as (

    select
        from_stage,
        to_stage,
        count(*) as windows
    from {{ ref('stage_windows') }} as stage_windows
    where {{ is_valid_on('stage_windows', reporting_date(as_of())) }}
    group by from_stage, to_stage

)

select
    coalesce(pairs.from_stage, windows.from_stage) as from_stage,
    coalesce(pairs.to_stage, windows.to_stage) as to_stage,
    windows.windows
from pairs
full outer join windows
    on pairs.from_stage = windows.from_stage
    and pairs.to_stage = windows.to_stage
where
    pairs.from_stage is null
    or windows.windows is null
    or windows.windows > 1
