-- One row per month, type of conversion and channel: how much the models disagree on the channel's share of
-- what each of them credits to channels.
with

-- what no touch or no anchor gets is no credit: how often a model finds none says nothing about a channel
credits as (

    select
        attribution.month,
        attribution.conversion_type,
        attribution.attribution_model,
        attribution.channel,
        sum(cast(attribution.credited_conversions as decimal(28, 9))) as conversions
    from {{ ref('kpi_attribution') }} as attribution
    inner join {{ ref('channels') }} as channels on attribution.channel = channels.channel
    where channels.touch_role <> 'none'
    group by
        attribution.month, attribution.conversion_type, attribution.attribution_model, attribution.channel

),

-- a model that credits no channel has nothing to compare
models as (

    select
        month,
        conversion_type,
        attribution_model,
        sum(conversions) as conversions
    from credits
    group by month, conversion_type, attribution_model
    having sum(conversions) > 0

),

channels as (

    select
        month,
        conversion_type,
        channel
    from credits
    group by month, conversion_type, channel

),

-- a channel that a model does not credit has no share there
shares as (

    select
        channels.month,
        channels.conversion_type,
        channels.channel,
        coalesce({{ ratio('credits.conversions', 'models.conversions') }}, 0) as share
    from channels
    inner join models
        on channels.month = models.month
        and channels.conversion_type = models.conversion_type
    left join credits
        on models.month = credits.month
        and models.conversion_type = credits.conversion_type
        and models.attribution_model = credits.attribution_model
        and channels.channel = credits.channel

),

spreads as (

    select
        month,
        conversion_type,
        channel,
        count(*) as models,
        min(share) as min_share,
        max(share) as max_share
    from shares
    group by month, conversion_type, channel

)

-- one model alone cannot disagree
select
    month,
    conversion_type,
    channel,
    min_share,
    max_share,
    max_share - min_share as spread,
    -- a spread of exactly the threshold is none above it, whatever the last digit of a double says
    max_share - min_share > {{ threshold('model_dependent_spread') }} + 0.000000001 as is_model_dependent
from spreads
where models > 1
