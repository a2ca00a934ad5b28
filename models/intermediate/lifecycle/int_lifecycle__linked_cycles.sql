-- One row per lead and linked opportunity: the cycle of the lead that the opportunity belongs to, the latest
-- one that had begun when the opportunity was opened, else the first.
with

opened as (

    select
        links.lead_id,
        links.opportunity_id,
        links.link_method,
        links.is_primary,
        least(
            milestones.created_at, milestones.opportunity_at, milestones.won_at, milestones.lost_at
        ) as opened_at
    from {{ ref('int_opportunity__links') }} as links
    inner join {{ ref('int_opportunity__milestones') }} as milestones
        on links.opportunity_id = milestones.opportunity_id

)

select
    opened.lead_id,
    opened.opportunity_id,
    opened.link_method,
    opened.is_primary,
    coalesce(max(case when windows.started_at <= opened.opened_at then windows.cycle_number end), 1)
        as cycle_number
from opened
inner join {{ ref('int_lifecycle__cycle_windows') }} as windows on opened.lead_id = windows.lead_id
group by opened.lead_id, opened.opportunity_id, opened.link_method, opened.is_primary
