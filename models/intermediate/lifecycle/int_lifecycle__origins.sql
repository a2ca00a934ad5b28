-- One row per lead and cycle: the path on which the cycle began, and the channel. First match wins: partner,
-- existing customer, outreach by sales before any inbound touch, inquiry or MQL, marketing, unknown.
with

events as (

    select
        events.lead_id,
        events.cycle_number,
        events.event_number,
        events.happened_at,
        -- sales that calls after an MQL answers a hand-over
        stages.starts_cycle and events.evidence <> 'created' as is_inbound,
        events.happened_precision = 'day' as is_date_only
    from {{ ref('int_lifecycle__cycle_events') }} as events
    inner join {{ ref('stages') }} as stages on events.stage = stages.stage
    where events.role_in_cycle in ('counts', 'starts')

),

starts as (

    select
        lead_id,
        cycle_number,
        -- touches before the start of a later cycle belong to it and do not begin it
        min(case when cycle_number = 1 or event_number > 0 then happened_at end) as started_at,
        min(case when is_inbound then happened_at end) as inbound_at,
        -- where only a date is known, a call of the same day may be the answer
        min(case when is_inbound and is_date_only then {{ reporting_date('happened_at') }} end) as inbound_on
    from events
    group by lead_id, cycle_number

),

-- a partner's deal speaks for the cycle that began with it, and for nobody but its primary contact
partner_deals as (

    select
        deals.lead_id,
        linked.cycle_number
    from {{ ref('int_lifecycle__deals') }} as deals
    inner join {{ ref('int_lifecycle__linked_cycles') }} as linked
        on deals.lead_id = linked.lead_id
        and deals.opportunity_id = linked.opportunity_id
    where linked.is_primary
    group by deals.lead_id, linked.cycle_number
    having min(case when deals.is_partner then deals.opened_at end) = min(deals.opened_at)

),

entry_paths as (

    select
        entry_channel,
        origin_path
    from {{ ref('origin_paths') }}
    where entry_channel is not null

),

customers as (

    select
        persons.lead_id,
        min(milestones.won_at) as customer_since
    from {{ ref('int_identity__persons') }} as persons
    inner join {{ ref('int_opportunity__milestones') }} as milestones
        on persons.account_id = milestones.account_id
    where milestones.won_at is not null
    group by persons.lead_id

),

joined as (

    select
        channels.lead_id,
        channels.cycle_number,
        channels.channel,
        channels.is_marketing,
        channels.person_first_touch_at,
        starts.started_at,
        case
            when partner_deals.lead_id is not null then 'partner'
            else coalesce(entry_paths.origin_path, source_paths.origin_path)
        end as entry_path,
        customers.customer_since < starts.started_at as is_customer,
        case
            when
                (channels.first_touch_at is null or outreach.happened_at < channels.first_touch_at)
                and coalesce(outreach.happened_at < starts.inbound_at, true)
                and coalesce({{ reporting_date('outreach.happened_at') }} < starts.inbound_on, true)
                then outreach.origin_path
        end as outbound_path
    from {{ ref('int_lifecycle__channels') }} as channels
    left join starts
        on channels.lead_id = starts.lead_id
        and channels.cycle_number = starts.cycle_number
    left join partner_deals
        on channels.lead_id = partner_deals.lead_id
        and channels.cycle_number = partner_deals.cycle_number
    left join entry_paths on channels.channel = entry_paths.entry_channel
    left join entry_paths as source_paths on channels.source_channel = source_paths.entry_channel
    left join customers on channels.lead_id = customers.lead_id
    left join {{ ref('int_lifecycle__cycle_outreach') }} as outreach
        on channels.lead_id = outreach.lead_id
        and channels.cycle_number = outreach.cycle_number

)

select
    lead_id,
    cycle_number,
    started_at,
    person_first_touch_at,
    channel,
    case
        when entry_path is not null then entry_path
        when is_customer then 'customer_expansion'
        when outbound_path is not null then outbound_path
        when is_marketing then 'marketing'
        else 'unknown'
    end as origin_path
from joined
