-- One row per conversion, rule-based model and touch with credit: its weight. A conversion without touches,
-- or without the one touch that the model asks for, has one row with touch number 0.
with

models as (

    select * from {{ ref('int_attribution__models') }}

),

-- the touches in reach of a model: up to the conversion, or up to the opportunity
reach as (

    select
        'conversion' as touches_until,
        paths.*
    from {{ ref('int_attribution__paths') }} as paths
    union all
    select
        'opportunity',
        paths.*
    from {{ ref('int_attribution__paths') }} as paths
    where paths.is_by_opportunity

),

-- 3.3: what a touch gets as the holder of anchors; with a half-life, by its age
held as (

    select
        conversions.conversion_id,
        models.attribution_model,
        models.is_default,
        models.is_single_touch,
        models.mid,
        paths.touch_number,
        cast(
            case
                when paths.touch_number is null then 0
                when models.half_life_days is not null
                    then power(
                        2, -{{ double('paths.seconds_before_last') }} / (86400 * models.half_life_days)
                    )
                else
                    case when paths.is_first_touch then models.ft else 0 end
                    + case when paths.is_lead_creation then models.lc else 0 end
                    + case when paths.is_opportunity_creation then models.oc else 0 end
                    + case when paths.is_closed_won then models.cw else 0 end
                    + case when paths.is_last_touch then models.lt else 0 end
            end as decimal(38, 14)
        ) as anchor_credit
    from {{ ref('int_attribution__conversions') }} as conversions
    inner join models
        on conversions.conversion_type = models.conversion_type
        and {{ is_valid_on('models', 'conversions.conversion_month') }}
    left join reach as paths
        on conversions.conversion_id = paths.conversion_id
        and models.touches_until = paths.touches_until

),

summed as (

    select
        *,
        count(*) over journey as touches,
        sum(case when anchor_credit = 0 then 1 else 0 end) over journey as middle_touches,
        {{ double('sum(anchor_credit) over journey') }} as anchor_credits
    from held
    window journey as (partition by conversion_id, attribution_model)

),

-- the touches in the middle share what is theirs; what nobody holds is shared in proportion
shared as (

    select
        *,
        {{ double('anchor_credit') }}
        + case when anchor_credit = 0 then {{ ratio('mid', 'middle_touches') }} else 0 end as credit,
        anchor_credits + case when middle_touches > 0 then {{ double('mid') }} else 0 end as credits
    from summed

),

weighted as (

    select
        *,
        credits = 0 and is_single_touch and touch_number is not null as is_without_anchor,
        case
            when credits > 0 then credit / credits
            when is_single_touch then case when coalesce(touch_number, 1) = 1 then 1 else 0 end
            else 1 / {{ double('touches') }}
        end as weight
    from shared

)

select
    conversion_id,
    attribution_model,
    is_default,
    case when is_without_anchor then 0 else coalesce(touch_number, 0) end as touch_number,
    case
        when touch_number is null then '(no touch)'
        when is_without_anchor then '(no anchor)'
    end as missing,
    {{ double('weight') }} as weight
from weighted
where weight > 0
