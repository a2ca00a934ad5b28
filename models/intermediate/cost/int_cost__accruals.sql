-- One row per other cost item and day of its period up to `as_of`. Each day takes an equal part; parts are
-- cents, and running totals are rounded, so that the days of a whole period add up to its amount.
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

campaigns as (

    select * from {{ ref('int_campaign__keys') }}

),

spread as (

    select
        costs.*,
        coalesce(campaigns.connection, costs.connection) || '|' || costs.campaign_id as campaign_key,
        days.date_day,
        {{ days_between('costs.period_start', 'days.date_day') }} as days_before
    from costs
    inner join days on days.date_day between costs.period_start and costs.period_end
    left join campaigns on costs.campaign_id = campaigns.source_id

)

select
    connection,
    source_id,
    item,
    campaign_key as campaign_id,
    date_day as cost_date,
    cost_category,
    coalesce(channel, 'not_allocated') as channel,
    currency,
    cast(round(cast(amount * (days_before + 1) / period_days as decimal(28, 8)), 2) as decimal(18, 2))
    - cast(round(cast(amount * days_before / period_days as decimal(28, 8)), 2) as decimal(18, 2))
        as original_amount
from spread
