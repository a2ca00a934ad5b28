-- One row per month, segment and pair of stages: how long the lead cycles took that arrived in the month,
-- where both stages were observed.
with

passages as (

    select
        {{ month_of('arrived_date') }} as month,
        segment,
        from_stage,
        to_stage,
        passage_days
    from {{ ref('fct_stage_passage') }}
    where passage_days is not null

)

select
    month,
    segment,
    from_stage,
    to_stage,
    cast(count(*) as bigint) as passages,
    {{ percentile('passage_days', 0.5) }} as median_days,
    {{ percentile('passage_days', 0.75) }} as p75_days
from passages
group by month, segment, from_stage, to_stage
