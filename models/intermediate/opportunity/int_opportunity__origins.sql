-- One row per opportunity: origin path, channel and segment of its primary lead cycle, region of its own
-- account, and whether marketing touched any of its people before it entered the pipeline.
with

milestones as (

    select * from {{ ref('int_opportunity__milestones') }}

),

links as (

    select * from {{ ref('int_lifecycle__linked_cycles') }}

),

cycles as (

    select * from {{ ref('int_lifecycle__cycles') }}

),

accounts as (

    select
        account_id,
        segment,
        region
    from {{ ref('int_identity__accounts') }}

),

customers as (

    select
        account_id,
        min(won_at) as customer_since
    from milestones
    where won_at is not null
    group by account_id

),

influenced as (

    select * from {{ ref('int_opportunity__influenced') }}

)

select
    milestones.opportunity_id,
    cycles.lead_id as primary_lead_id,
    coalesce(cycles.cycle_number, 0) as primary_cycle_number,
    case
        when cycles.lead_id is not null then cycles.origin_path
        when milestones.is_partner then 'partner'
        when customers.customer_since < coalesce(milestones.opportunity_at, milestones.created_at)
            then 'customer_expansion'
        else 'unknown'
    end as origin_path,
    coalesce(cycles.channel, '(no touch)') as channel,
    coalesce(cycles.segment, accounts.segment, '(not set)') as segment,
    coalesce(nullif(accounts.region, '(not set)'), cycles.region, '(not set)') as region,
    influenced.opportunity_id is not null as has_marketing_touch
from milestones
left join links
    on milestones.opportunity_id = links.opportunity_id
    and links.is_primary
left join cycles
    on links.lead_id = cycles.lead_id
    and links.cycle_number = cycles.cycle_number
left join accounts on milestones.account_id = accounts.account_id
left join customers on milestones.account_id = customers.account_id
left join influenced on milestones.opportunity_id = influenced.opportunity_id
