-- One row per month, type of conversion, attribution model, channel and campaign: the conversions and amounts
-- that the model credits.
select
    credits.conversion_month as month,
    credits.conversion_type,
    credits.attribution_model,
    credits.channel,
    campaigns.campaign_label as campaign,
    credits.is_default,
    {{ double('sum(cast(credits.weight as decimal(38, 18)))') }} as credited_conversions,
    cast(sum(credits.amount) as decimal(18, 2)) as credited_amount
from {{ ref('fct_attribution') }} as credits
inner join {{ ref('dim_campaign') }} as campaigns on credits.campaign_id = campaigns.campaign_id
group by
    credits.conversion_month,
    credits.conversion_type,
    credits.attribution_model,
    credits.channel,
    campaigns.campaign_label,
    credits.is_default
union all
-- data-driven models credit channels, and no campaigns; none of them is a default
select
    conversion_month,
    conversion_type,
    attribution_model,
    channel,
    '(not set)',
    false,
    conversions,
    amount
from {{ ref('fct_channel_attribution') }}
where conversions > 0
