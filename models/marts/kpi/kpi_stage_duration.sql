-- One row per month, segment and pair of stages: how long the lead cycles took that arrived in the month,
-- where both stages were observed.
select
    month,
    segment,
    from_stage,
    to_stage,
    cast(count(*) as bigint) as passages,
    {{ percentile('days', 0.5) }} as median_days,
    {{ percentile('days', 0.75) }} as p75_days
from {{ ref('kpi_stage_passages') }}
group by month, segment, from_stage, to_stage
