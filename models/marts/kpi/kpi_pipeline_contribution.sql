-- One row per month, origin path, channel and segment: the pipeline that opportunities brought when they
-- entered it.
select
    opportunity_month as month,
    origin_path,
    channel,
    segment,
    cast(count(*) as bigint) as opportunities,
    cast(sum(coalesce(entry_amount, 0)) as decimal(18, 2)) as new_pipeline_amount,
    cast(sum(case when is_influenced then 1 else 0 end) as bigint) as influenced_opportunities,
    cast(sum(case when is_influenced then coalesce(entry_amount, 0) else 0 end) as decimal(18, 2))
        as influenced_pipeline_amount
from {{ ref('fct_opportunity') }}
where is_new_pipeline
group by opportunity_month, origin_path, channel, segment
