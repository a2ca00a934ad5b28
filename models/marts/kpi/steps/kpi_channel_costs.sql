-- One row per month, channel and cost category: marketing cost. Cost without a channel is shown as such; a
-- company that has it allocated (var allocate_overhead) spreads it over the channels by their share of the
-- media cost of the month, in whole cents by largest remainder. A month without media keeps it.
with

costs as (

    select
        cost_month as month,
        channel,
        cost_category,
        sum(cost_amount) as cost_amount
    from {{ ref('fct_marketing_cost') }}
    group by cost_month, channel, cost_category

)

{%- if not var('allocate_overhead', false) %}

select * from costs

{%- else %},

media as (

    select
        month,
        channel,
        cost_amount as media_amount,
        sum(cost_amount) over (partition by month) as month_media_amount
    from costs
    where
        cost_category = 'media'
        and channel <> 'not_allocated'
        and cost_amount > 0

),

shares as (

    select
        costs.month,
        media.channel,
        costs.cost_category,
        case when costs.cost_amount < 0 then -1 else 1 end as sign,
        abs(costs.cost_amount) * 100 as cents,
        cast(
            {{ double('abs(costs.cost_amount) * 100') }}
            * {{ ratio('media.media_amount', 'media.month_media_amount') }}
            as decimal(28, 9)
        ) as exact_cents
    from costs
    inner join media on costs.month = media.month
    where costs.channel = 'not_allocated'

),

floored as (

    select
        *,
        floor(exact_cents) as whole_cents,
        exact_cents - floor(exact_cents) as fraction,
        cents - sum(floor(exact_cents)) over (partition by month, cost_category) as cents_left
    from shares

),

parts as (

    select
        month,
        channel,
        cost_category,
        cost_amount
    from costs
    where
        channel <> 'not_allocated'
        or month not in (select media.month from media)
    union all
    select
        month,
        channel,
        cost_category,
        sign * ({{ largest_remainder(
            'whole_cents', 'fraction', 'cents_left', 'month, cost_category', 'channel'
        ) }}) / 100
    from floored

)

select
    month,
    channel,
    cost_category,
    cast(sum(cost_amount) as decimal(18, 2)) as cost_amount
from parts
group by month, channel, cost_category

{%- endif %}
