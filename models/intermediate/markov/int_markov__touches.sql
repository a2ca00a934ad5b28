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
        touches.connection || '|' || touches.source_id as touch_key,
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

)

select
    policies.conversion_type,
    case
        when policies.scope = 'account' then coalesce(touches.account_id, touches.lead_id)
        else touches.lead_id || '|' || touches.cycle_number
    end as journey_scope,
    touches.touch_key,
    touches.touched_at,
    touches.channel,
    touches.touch_role = 'direct' as is_direct,
    policies.look_back_days,
    policies.direct_handling
from touches
inner join policies
    on touches.touch_role <> 'sales'
    or policies.include_sales_touches
left join {{ ref('int_attribution__conversions') }} as conversions
    on policies.scope <> 'account'
    and policies.conversion_type = conversions.conversion_type
    and touches.lead_id = conversions.lead_id
    and touches.cycle_number = conversions.cycle_number
where conversions.converted_at is null or touches.touched_at <= conversions.converted_at
