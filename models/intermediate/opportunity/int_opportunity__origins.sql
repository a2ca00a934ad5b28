-- One row per opportunity: origin path, channel and segment of its primary lead cycle, and whether marketing
-- touched anyone of its account or its linked people before it entered the pipeline.
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
        segment
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

marketing_touches as (

    select
        touches.lead_id,
        touches.touched_at,
        touches.touched_precision
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('channels') }} as channels
        on touches.channel = channels.channel
        and channels.is_marketing
    where touches.ineligible_reason is null

),

-- the last marketing touch before the entry decides: whether one lies in the window
influenced as (

    select
        milestones.opportunity_id,
        max(
            case
                when marketing_touches.touched_at <= milestones.opportunity_at
                    then marketing_touches.touched_at
                -- where one of the two is a date only, the same day is early enough
                when
                    'day' in (marketing_touches.touched_precision, milestones.opportunity_precision)
                    and {{ reporting_date('marketing_touches.touched_at') }}
                    = {{ reporting_date('milestones.opportunity_at') }}
                    then milestones.opportunity_at
            end
        ) as last_touched_at
    from milestones
    inner join {{ ref('int_opportunity__people') }} as people
        on milestones.opportunity_id = people.opportunity_id
    inner join marketing_touches on people.lead_id = marketing_touches.lead_id
    group by milestones.opportunity_id

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
    coalesce(
        influenced.last_touched_at >= {{ dbt.dateadd(
            'day', '-cast(' ~ threshold('influence_window_days') ~ ' as integer)', 'milestones.opportunity_at'
        ) }},
        false
    ) as has_marketing_touch
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
