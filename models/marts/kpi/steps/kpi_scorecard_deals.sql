-- One row per KPI of closed deals, month of the close, channel and segment: those that were new pipeline.
-- What was credited after a win counts in the month of the credit.
with

deals as (

    select
        opportunity_id,
        {{ month_of(reporting_date('coalesce(won_at, lost_at)')) }} as month,
        channel,
        segment,
        is_won,
        is_marketing_sourced,
        coalesce(won_amount, 0) as won_amount,
        current_amount is not null as has_own_amount
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and (is_won or is_lost)

),

-- a deal without an amount of its own is worth what its lines add up to, credits among them
credits as (

    select
        {{ month_of('revenue_lines.revenue_date') }} as month,
        deals.channel,
        deals.segment,
        revenue_lines.revenue_amount
    from {{ ref('fct_revenue_line') }} as revenue_lines
    inner join deals on revenue_lines.opportunity_id = deals.opportunity_id
    where
        revenue_lines.revenue_amount < 0
        and deals.is_won
        and deals.is_marketing_sourced
        and deals.has_own_amount

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
        cast(null as decimal(18, 2)) as product,
        1 as cases
    from deals
    union all
    select
        'average_deal_amount',
        month,
        channel,
        segment,
        won_amount as numerator,
        1 as denominator,
        won_amount as amount,
        won_amount as product,
        1
    from deals
    where is_won
    union all
    select
        'won_amount',
        month,
        channel,
        segment,
        won_amount as numerator,
        null as denominator,
        won_amount as amount,
        null as product,
        1
    from deals
    where is_won
    union all
    select
        'sourced_revenue_amount',
        month,
        channel,
        segment,
        won_amount as numerator,
        null as denominator,
        won_amount as amount,
        null as product,
        1
    from deals
    where
        is_won
        and is_marketing_sourced
    union all
    select
        'sourced_revenue_amount',
        month,
        channel,
        segment,
        revenue_amount as numerator,
        null as denominator,
        revenue_amount as amount,
        null as product,
        0 as cases
    from credits

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
    cast(sum(cases) as bigint) as cases
from measured
group by kpi, month, channel, segment
