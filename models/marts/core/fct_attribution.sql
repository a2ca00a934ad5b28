-- One row per conversion, rule-based model and touch that it credits: weight and amount.
with

weights as (

    select * from {{ ref('int_attribution__weights') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

-- the touches of each holder: one, those without an anchor that the model reaches, or none
credited as (

    select
        weights.*,
        paths.touch_number
    from weights
    inner join models
        on weights.model_number = models.model_number
        and models.half_life_days is null
    inner join paths
        on weights.conversion_number = paths.conversion_number
        and weights.holder_number = paths.holder_number
    where models.touches_until = 'conversion' or paths.is_by_opportunity
    union all
    select
        weights.*,
        coalesce(weights.holder_number, 0)
    from weights
    inner join models on weights.model_number = models.model_number
    where weights.holder_number is null or models.half_life_days is not null

),

-- largest remainder (D20): cents left over go to the largest fractions, to nine digits, ties by touch order
ranked as (

    select
        conversion_number,
        model_number,
        touch_number,
        missing,
        weight,
        {{ largest_remainder(
            'whole_cents',
            'cast(exact_cents - whole_cents as decimal(10, 9))',
            'cents_left',
            'conversion_number, model_number',
            'touch_number'
        ) }} as cents
    from credited
    where whole_cents is not null
    union all
    select
        conversion_number,
        model_number,
        touch_number,
        missing,
        weight,
        null
    from credited
    where whole_cents is null

)

select
    conversions.conversion_id,
    conversions.conversion_type,
    models.attribution_model,
    cast(ranked.touch_number as integer) as touch_number,
    models.is_default,

    ---------- dimensions
    paths.touchpoint_id,
    coalesce(ranked.missing, paths.channel) as channel,
    coalesce(paths.campaign_id, '(not set)') as campaign_id,
    conversions.conversion_date,
    conversions.conversion_month,
    conversions.inquiry_date,
    conversions.opportunity_id,
    conversions.lead_cycle_id,
    conversions.origin_path,
    conversions.segment,
    conversions.region,
    conversions.is_marketing_sourced,
    conversions.is_qualified_lead,

    ---------- credit
    ranked.weight,
    cast(conversions.cent * ranked.cents as decimal(18, 2)) as amount
from ranked
inner join models on ranked.model_number = models.model_number
inner join {{ ref('int_attribution__credited_conversions') }} as conversions
    on ranked.conversion_number = conversions.conversion_number
left join paths
    on ranked.conversion_number = paths.conversion_number
    and ranked.touch_number = paths.touch_number
