-- One row per conversion, rule-based model and holder of credit: what each of its touches gets by its anchors
-- or by its age. A holder is a touch with an anchor, or all touches without one together; by age it is each
-- touch for itself. A conversion without touches in reach has one row without a holder.
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

holders as (

    select
        touches_until,
        conversion_number,
        holder_number,
        count(*) as touches,
        bool_or(is_first_touch) as is_first_touch,
        bool_or(is_lead_creation) as is_lead_creation,
        bool_or(is_opportunity_creation) as is_opportunity_creation,
        bool_or(is_closed_won) as is_closed_won,
        bool_or(is_last_touch) as is_last_touch
    from reach
    group by touches_until, conversion_number, holder_number

),

asked as (

    select
        conversions.conversion_number,
        models.model_number,
        models.touches_until,
        models.half_life_days
    from {{ ref('int_attribution__conversions') }} as conversions
    inner join models
        on conversions.conversion_type = models.conversion_type
        and {{ is_valid_on('models', 'conversions.conversion_month') }}

)

select
    asked.conversion_number,
    asked.model_number,
    holders.holder_number,
    coalesce(holders.touches, 1) as touches,
    cast(
        case when holders.is_first_touch then models.ft else 0 end
        + case when holders.is_lead_creation then models.lc else 0 end
        + case when holders.is_opportunity_creation then models.oc else 0 end
        + case when holders.is_closed_won then models.cw else 0 end
        + case when holders.is_last_touch then models.lt else 0 end
        as decimal(38, 14)
    ) as anchor_credit
from asked
inner join models on asked.model_number = models.model_number
left join holders
    on asked.conversion_number = holders.conversion_number
    and asked.touches_until = holders.touches_until
where asked.half_life_days is null
union all
select
    asked.conversion_number,
    asked.model_number,
    reach.touch_number,
    1,
    cast(coalesce(
        power(2, -{{ double('reach.seconds_before_last') }} / (86400 * asked.half_life_days)), 0
    ) as decimal(38, 14))
from asked
left join reach
    on asked.conversion_number = reach.conversion_number
    and asked.touches_until = reach.touches_until
where asked.half_life_days is not null
