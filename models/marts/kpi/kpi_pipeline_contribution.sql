-- One row per month, origin path, channel and segment: the pipeline that opportunities brought when they
-- entered it, and the part of it that the default model credits to the channel.
with

opportunities as (

    select
        opportunity_month as month,
        origin_path,
        channel,
        segment,
        1 as opportunities,
        coalesce(entry_amount, 0) as amount,
        case when is_influenced then 1 else 0 end as influenced,
        case when is_influenced then coalesce(entry_amount, 0) else 0 end as influenced_amount,
        cast(0 as decimal(18, 2)) as attributed_amount
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline

),

-- a channel can have credit without being the channel of any opportunity
credits as (

    select
        conversion_month,
        origin_path,
        channel,
        segment,
        0,
        0,
        0,
        0,
        amount
    from {{ ref('fct_attribution') }}
    where
        conversion_type = 'pipeline'
        and is_default

),

parts as (

    select * from opportunities
    union all
    select * from credits

)

select
    month,
    origin_path,
    channel,
    segment,
    cast(sum(opportunities) as bigint) as opportunities,
    cast(sum(amount) as decimal(18, 2)) as new_pipeline_amount,
    cast(sum(influenced) as bigint) as influenced_opportunities,
    cast(sum(influenced_amount) as decimal(18, 2)) as influenced_pipeline_amount,
    cast(sum(attributed_amount) as decimal(18, 2)) as attributed_pipeline_amount
from parts
group by month, origin_path, channel, segment
