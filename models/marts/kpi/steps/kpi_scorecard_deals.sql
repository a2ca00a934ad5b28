-- One row per KPI of closed deals, month of the close, channel and segment: those that were new pipeline.
with

deals as (

    select
        {{ month_of(reporting_date('coalesce(won_at, lost_at)')) }} as month,
        channel,
        segment,
        is_won,
        is_marketing_sourced,
        coalesce(current_amount, 0) as deal_amount,
        -- less what was credited later
        coalesce(revenue_amount, current_amount, 0) as revenue_amount
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and (is_won or is_lost)

),

measured as (

    select
        'win_rate' as kpi,
        month,
        channel,
        segment,
        case when is_won then 1 else 0 end as numerator,
        1 as denominator,
        cast(null as decimal(18, 2)) as amount,
        cast(null as decimal(18, 2)) as product
    from deals
    union all
    select
        'average_deal_amount',
        month,
        channel,
        segment,
        deal_amount as numerator,
        1 as denominator,
        deal_amount as amount,
        deal_amount as product
    from deals
    where is_won
    union all
    select
        'won_amount',
        month,
        channel,
        segment,
        deal_amount as numerator,
        null as denominator,
        deal_amount as amount,
        null as product
    from deals
    where is_won
    union all
    select
        'sourced_revenue_amount',
        month,
        channel,
        segment,
        revenue_amount as numerator,
        null as denominator,
        revenue_amount as amount,
        null as product
    from deals
    where
        is_won
        and is_marketing_sourced

)

select
    kpi,
    month,
    channel,
    segment,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(amount * amount) as numerator_squares,
    sum(product) as products,
    case when count(product) > 0 then sum(denominator) end as denominator_squares,
    count(*) as cases
from measured
group by kpi, month, channel, segment
