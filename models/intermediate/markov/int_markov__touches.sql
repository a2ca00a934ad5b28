-- One row per conversion type with a data-driven model and touch that may lead to such a conversion, with the
-- scope of its journey. Repetitions are left out, as from paths that convert, and touches of a cycle after
-- its conversion: it cannot convert again.
with

-- a stage is reached by a lead's cycle; accounts and persons may have one deal after another
policies as (

    select
        policies.*,
        policies.conversion_type in (select stages.stage from {{ ref('stages') }} as stages) as is_of_cycle
    from {{ ref('attribution_policies') }} as policies
    inner join {{ ref('data_driven_models') }} as models
        on policies.conversion_type = models.conversion_type
        and {{ is_valid_on('models', reporting_date(as_of())) }}
    where {{ is_valid_on('policies', reporting_date(as_of())) }}

),

-- those of a cycle carry its key; for an account or a person there is none
scoped as (

    select
        policies.conversion_type,
        case when policies.is_of_cycle then touches.lead_id || '|' || touches.cycle_number end as cycle_key,
        case when policies.scope = 'account' then persons.account_id end as account_key,
        touches.lead_id,
        touches.touch_sequence,
        touches.touched_at,
        touches.channel,
        touches.touch_role = 'direct' as is_direct,
        policies.look_back_days,
        policies.direct_handling
    from {{ ref('int_attribution__touches') }} as touches
    inner join {{ ref('int_identity__persons') }} as persons on touches.lead_id = persons.lead_id
    inner join policies
        on touches.touch_role <> 'sales'
        or policies.include_sales_touches
    -- what it would repeat is too far back, or of the cycle before
    where
        touches.last_touched_at is null
        or (policies.is_of_cycle and touches.last_cycle_number <> touches.cycle_number)
        or {{ seconds_between('touches.last_touched_at', 'touches.touched_at') }}
        > 60 * policies.collapse_minutes

),

-- the one conversion of a cycle to a stage
conversions as (

    select
        conversion_type,
        lead_id || '|' || cycle_number as cycle_key,
        converted_at
    from {{ ref('int_attribution__conversions') }}
    where opportunity_key is null

)

select
    scoped.conversion_type,
    coalesce(scoped.cycle_key, scoped.account_key, scoped.lead_id) as journey_scope,
    scoped.touch_sequence,
    scoped.touched_at,
    scoped.channel,
    scoped.is_direct,
    scoped.look_back_days,
    scoped.direct_handling
from scoped
left join conversions
    on scoped.conversion_type = conversions.conversion_type
    and scoped.cycle_key = conversions.cycle_key
where conversions.converted_at is null or scoped.touched_at <= conversions.converted_at
