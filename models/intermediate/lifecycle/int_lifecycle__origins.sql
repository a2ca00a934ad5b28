-- One row per person: the path on which the cycle began, and the channel. First match wins: partner, existing
-- customer, outreach by sales before any inbound touch or inquiry, marketing, unknown.
with

persons as (

    select * from {{ ref('int_identity__persons') }}

),

starts as (

    select
        lead_id,
        min(happened_at) as started_at,
        min(case when stage = 'inquiry' and evidence <> 'created' then happened_at end) as inquired_at
    from {{ ref('int_lifecycle__events') }}
    where stage is not null
    group by lead_id

),

channels as (

    select * from {{ ref('int_lifecycle__channels') }}

),

partner_deals as (

    select links.lead_id from {{ ref('int_opportunity__links') }} as links
    inner join {{ ref('int_opportunity__milestones') }} as milestones
        on links.opportunity_id = milestones.opportunity_id
    where milestones.is_partner
    group by links.lead_id

),

customers as (

    select
        account_id,
        min(won_at) as customer_since
    from {{ ref('int_opportunity__milestones') }}
    where won_at is not null
    group by account_id

),

outreach as (

    select
        lead_id,
        origin_path,
        happened_at,
        row_number() over (partition by lead_id order by happened_at, source_id) as activity_rank
    from {{ ref('int_lifecycle__outreach') }}

),

joined as (

    select
        persons.lead_id,
        starts.started_at,
        channels.channel,
        channels.is_marketing,
        case
            when
                (channels.first_touch_at is null or outreach.happened_at < channels.first_touch_at)
                and (starts.inquired_at is null or outreach.happened_at < starts.inquired_at)
                then outreach.origin_path
        end as outbound_path,
        partner_deals.lead_id is not null as is_partner,
        customers.customer_since < starts.started_at as is_customer
    from persons
    inner join channels on persons.lead_id = channels.lead_id
    left join starts on persons.lead_id = starts.lead_id
    left join partner_deals on persons.lead_id = partner_deals.lead_id
    left join customers on persons.account_id = customers.account_id
    left join outreach
        on persons.lead_id = outreach.lead_id
        and outreach.activity_rank = 1

)

select
    lead_id,
    started_at,
    channel,
    case
        when is_partner then 'partner'
        when is_customer then 'customer_expansion'
        when outbound_path is not null then outbound_path
        when is_marketing then 'marketing'
        else 'unknown'
    end as origin_path
from joined
