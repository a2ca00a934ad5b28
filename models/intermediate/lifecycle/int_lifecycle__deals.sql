-- One row per lead and linked deal (renewals left out): since when it is open, and since when it is not.
with

links as (

    select * from {{ ref('int_opportunity__links') }}

),

milestones as (

    select
        *,
        coalesce(won_at, lost_at) as outcome_at,
        least(created_at, opportunity_at, won_at, lost_at) as opened_at
    from {{ ref('int_opportunity__milestones') }}
    where
        opportunity_type <> 'renewal'
        and (created_at is null or created_at <= {{ as_of() }} or created_precision = 'day')

)

select
    links.lead_id,
    milestones.opportunity_id,
    milestones.connection,
    milestones.source_id,
    milestones.opened_at,
    milestones.opportunity_at,
    milestones.opportunity_precision,
    milestones.won_at,
    milestones.won_precision,
    milestones.lost_at,
    milestones.outcome_at as closed_at,
    milestones.closed_precision,
    milestones.loss_reason,
    milestones.is_partner
from links
inner join milestones on links.opportunity_id = milestones.opportunity_id
where milestones.opened_at is not null
