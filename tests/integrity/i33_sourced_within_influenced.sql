-- A row is a month, channel and segment in which marketing sourced more pipeline than it influenced, or
-- influenced more than there is (I33).
-- Whoever sees sourced above influenced trusts neither.
-- Look at is_influenced of fct_opportunity and at the sums of kpi_pipeline_contribution.
select
    month,
    channel,
    segment,
    sum(case when origin_path = 'marketing' then new_pipeline_amount else 0 end) as sourced_amount,
    sum(influenced_pipeline_amount) as influenced_amount,
    sum(new_pipeline_amount) as total_amount
from {{ ref('kpi_pipeline_contribution') }}
group by month, channel, segment
having
    sum(case when origin_path = 'marketing' then new_pipeline_amount else 0 end)
    > sum(influenced_pipeline_amount)
    or sum(influenced_pipeline_amount) > sum(new_pipeline_amount)
    or sum(influenced_opportunities) > sum(opportunities)
