-- Question: How much of our pipeline comes from marketing: sourced, influenced and attributed, quarter by
-- quarter?
-- How to read: Sourced is pipeline whose path began with marketing. Influenced holds it, and what
-- marketing touched before it entered the pipeline. Attributed is what the default model credits to
-- channels of marketing, cent by cent. The three overlap and are never added. Sourced overlooks help to
-- others, influenced counts a single touch in full; attributed shares each amount among its touches.
-- Columns: quarter_start, opportunities, new_pipeline_amount, sourced_amount, sourced_share,
-- influenced_amount, influenced_share, attributed_amount, attributed_share
with

today as (

    select quarter_start as this_quarter
    from {{ ref('dim_date') }}
    where is_as_of

),

quarters as (

    select
        dates.month_start,
        dates.quarter_start
    from {{ ref('dim_date') }} as dates
    inner join today on dates.quarter_start < today.this_quarter
    group by dates.month_start, dates.quarter_start

),

summed as (

    select
        quarters.quarter_start,
        sum(pipeline.opportunities) as opportunities,
        sum(pipeline.new_pipeline_amount) as new_pipeline_amount,
        sum(
            case when pipeline.origin_path = 'marketing' then pipeline.new_pipeline_amount else 0 end
        ) as sourced_amount,
        sum(pipeline.influenced_pipeline_amount) as influenced_amount,
        sum(case when channels.is_marketing then pipeline.attributed_pipeline_amount else 0 end)
            as attributed_amount
    from {{ ref('kpi_pipeline_contribution') }} as pipeline
    inner join quarters on pipeline.month = quarters.month_start
    inner join {{ ref('dim_channel') }} as channels on pipeline.channel = channels.channel
    group by quarters.quarter_start

)

select
    quarter_start,
    opportunities,
    new_pipeline_amount,
    sourced_amount,
    {{ ratio('sourced_amount', 'new_pipeline_amount') }} as sourced_share,
    influenced_amount,
    {{ ratio('influenced_amount', 'new_pipeline_amount') }} as influenced_share,
    attributed_amount,
    {{ ratio('attributed_amount', 'new_pipeline_amount') }} as attributed_share
from summed
order by quarter_start
