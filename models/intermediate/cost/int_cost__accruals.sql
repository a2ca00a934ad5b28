-- One row per other cost item and day of its period up to `as_of`. Each day takes an equal part; parts are
-- cents, and running totals are rounded, so that the days of a whole period add up to its amount. A word of
-- a source that is no channel is `(unmapped)`.
with

costs as (

    select
        *,
        {{ days_between('period_start', 'period_end') }} + 1 as period_days
    from {{ ref('int_unified__other_costs') }}

),

days as (

    select date_day from {{ ref('int_reporting__days') }}

),

channels as (

    select channel from {{ ref('channels') }} as channels
    where {{ is_valid_on('channels', reporting_date(as_of())) }}

),

campaigns as (

    select * from {{ ref('int_campaign__keys') }}

),

spread as (

    select
        costs.*,
        case
            when costs.channel is null then 'not_allocated' else coalesce(channels.channel, '(unmapped)')
        end as cost_channel,
        coalesce(campaigns.connection, costs.connection) || '|' || costs.campaign_id as campaign_key,
        days.date_day,
        {{ days_between('costs.period_start', 'days.date_day') }} as days_before
    from costs
    inner join days on days.date_day between costs.period_start and costs.period_end
    left join campaigns on costs.campaign_id = campaigns.source_id
    left join channels on lower(trim(costs.channel)) = channels.channel

)

select
    connection,
    source_id,
    item,
    campaign_key as campaign_id,
    date_day as cost_date,
    cost_category,
    cost_channel as channel,
    currency,
    cast(round(cast(amount * (days_before + 1) / period_days as decimal(28, 8)), 2) as decimal(18, 2))
    - cast(round(cast(amount * days_before / period_days as decimal(28, 8)), 2) as decimal(18, 2))
        as original_amount
from spread
