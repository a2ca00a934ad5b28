-- One row per conversion month, conversion type, data-driven model and channel that the model credits; what
-- no touch led to stands as (no touch).
with

fits as (

    select * from {{ ref('int_markov__fits') }}
    where is_fitted

),

touched as (

    select conversion_number from {{ ref('int_attribution__paths') }}
    where touch_number = 1

),

-- what there is to credit in a month, to channels and to none
months as (

    select
        conversions.conversion_type,
        conversions.conversion_month,
        touched.conversion_number is not null as is_touched,
        count(*) as conversions,
        cast(sum(conversions.amount) as decimal(18, 2)) as amount
    from {{ ref('int_attribution__conversions') }} as conversions
    left join touched on conversions.conversion_number = touched.conversion_number
    group by conversions.conversion_type, conversions.conversion_month, touched.conversion_number is not null

),

credited as (

    select
        effects.attribution_model,
        effects.conversion_type,
        effects.conversion_month,
        effects.channel,
        channels.sort_order,
        effects.share,
        effects.removal_effect,
        effects.share * {{ double('months.conversions') }} as conversions,
        months.amount,
        cast(100 * abs(months.amount) as bigint) as cents,
        cast({{ double('100 * abs(months.amount)') }} * effects.share as decimal(28, 9)) as exact_cents
    from {{ ref('int_markov__removal_effects') }} as effects
    inner join {{ ref('dim_channel') }} as channels on effects.channel = channels.channel
    inner join months
        on effects.conversion_type = months.conversion_type
        and effects.conversion_month = months.conversion_month
        and months.is_touched

),

-- whole cents by largest remainder, ties by channel order
floored as (

    select
        *,
        cast(floor(exact_cents) as bigint) as whole_cents,
        exact_cents - floor(exact_cents) as fraction,
        cents - cast(sum(floor(exact_cents)) over (
            partition by attribution_model, conversion_type, conversion_month
        ) as bigint) as cents_left
    from credited

)

select
    conversion_month,
    conversion_type,
    attribution_model,
    channel,
    share,
    removal_effect,
    conversions,
    cast(sign(amount) * ({{ largest_remainder(
        'whole_cents', 'fraction', 'cents_left',
        'attribution_model, conversion_type, conversion_month', 'sort_order, channel'
    ) }}) / 100 as decimal(18, 2)) as amount
from floored
union all
select
    months.conversion_month,
    months.conversion_type,
    fits.attribution_model,
    '(no touch)' as channel,
    cast(null as double precision) as share,
    cast(null as double precision) as removal_effect,
    {{ double('months.conversions') }} as conversions,
    months.amount
from months
inner join fits
    on months.conversion_type = fits.conversion_type
    and months.conversion_month = fits.conversion_month
where not months.is_touched
