-- One row per conversion type with a data-driven model and touch that may lead to such a conversion, with the
-- scope of its journey: the account, or the lead's cycle. Touches of a cycle after its conversion are left
-- out: it cannot convert again.
with

policies as (

    select policies.*
    from {{ ref('attribution_policies') }} as policies
    inner join {{ ref('data_driven_models') }} as models
        on policies.conversion_type = models.conversion_type
        and {{ is_valid_on('models', reporting_date(as_of())) }}
    where {{ is_valid_on('policies', reporting_date(as_of())) }}

),

touches as (

    select
        touches.touchpoint_id,
        touches.lead_id,
        coalesce(cycles.cycle_number, 0) as cycle_number,
        persons.account_id,
        touches.touched_at,
        touches.channel,
        channels.touch_role
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('channels') }} as channels on touches.channel = channels.channel
    inner join {{ ref('int_identity__persons') }} as persons on touches.lead_id = persons.lead_id
    left join {{ ref('int_lifecycle__cycle_touches') }} as cycles
        on touches.connection = cycles.connection
        and touches.source_id = cycles.source_id
    where touches.ineligible_reason is null

),

-- those of a cycle carry its key; for an account there is none
scoped as (

    select
        policies.conversion_type,
        case when policies.scope <> 'account' then touches.lead_id || '|' || touches.cycle_number end
            as cycle_key,
        coalesce(touches.account_id, touches.lead_id) as account_key,
        touches.touchpoint_id,
        touches.touched_at,
        touches.channel,
        touches.touch_role = 'direct' as is_direct,
        policies.look_back_days,
        policies.direct_handling
    from touches
    inner join policies
        on touches.touch_role <> 'sales'
        or policies.include_sales_touches

),

conversions as (

    select
        conversion_type,
        lead_id || '|' || cycle_number as cycle_key,
        converted_at
    from {{ ref('int_attribution__conversions') }}
    where scope <> 'account'

)

select
    scoped.conversion_type,
    coalesce(scoped.cycle_key, scoped.account_key) as journey_scope,
    scoped.touchpoint_id,
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
