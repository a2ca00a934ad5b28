-- One row per month of the break, leak, channel and team. Leaks overlap: a lead cycle or opportunity counts
-- at each of its leaks, and once, at the first, in the columns that add up.
select
    month,
    leak,
    channel,
    team,
    cast(sum(case when is_first_leak then 1 else 0 end) as bigint) as first_leak_leads,
    cast(sum(case when is_first_leak then pipeline_at_stake_amount end) as decimal(18, 2))
        as first_leak_pipeline_amount,
    count(*) as leads,
    cast(sum(pipeline_at_stake_amount) as decimal(18, 2)) as pipeline_at_stake_amount
from {{ ref('fct_leak') }}
group by month, leak, channel, team
