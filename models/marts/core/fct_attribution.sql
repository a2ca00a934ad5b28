-- One row per conversion, rule-based model and touch that it credits: weight and amount.
with

credited as (

    select
        weights.*,
        conversions.conversion_type,
        conversions.conversion_month,
        conversions.opportunity_id,
        conversions.lead_cycle_id,
        conversions.origin_path,
        conversions.segment,
        conversions.amount,
        paths.touchpoint_id,
        coalesce(weights.missing, paths.channel) as channel,
        coalesce(paths.campaign_id, '(not set)') as campaign_id,
        cast(100 * abs(conversions.amount) as bigint) as cents,
        {{ double('100 * abs(conversions.amount)') }} * weights.weight as exact_cents
    from {{ ref('int_attribution__weights') }} as weights
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on weights.conversion_id = conversions.conversion_id
    left join {{ ref('int_attribution__paths') }} as paths
        on weights.conversion_id = paths.conversion_id
        and weights.touch_number = paths.touch_number

),

-- largest remainder (D20): whole cents, and what is left over to the largest fractions
ranked as (

    select
        *,
        cast(floor(exact_cents) as bigint) as whole_cents,
        row_number() over (
            partition by conversion_id, attribution_model
            order by cast(exact_cents - floor(exact_cents) as decimal(28, 9)) desc, touch_number
        ) as fraction_rank
    from credited

),

left_over as (

    select
        *,
        cents - sum(whole_cents) over (partition by conversion_id, attribution_model) as cents_left
    from ranked

)

select
    conversion_id,
    conversion_type,
    attribution_model,
    cast(touch_number as integer) as touch_number,
    is_default,

    ---------- dimensions
    touchpoint_id,
    channel,
    campaign_id,
    conversion_month,
    opportunity_id,
    lead_cycle_id,
    origin_path,
    segment,
    origin_path = 'marketing' as is_marketing_sourced,

    ---------- credit
    weight,
    cast(
        sign(amount) * 0.01
        * (whole_cents + case when fraction_rank <= cents_left then 1 else 0 end) as decimal(18, 2)
    ) as amount
from left_over
