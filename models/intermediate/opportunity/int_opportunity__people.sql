-- One row per opportunity and person who may have a part in it: the people linked to it, and those of its
-- account.
with

candidates as (

    select
        opportunity_id,
        lead_id,
        true as is_linked,
        is_primary
    from {{ ref('int_lifecycle__linked_cycles') }}
    union all
    select
        milestones.opportunity_id,
        persons.lead_id,
        false,
        false
    from {{ ref('int_opportunity__milestones') }} as milestones
    inner join {{ ref('int_identity__persons') }} as persons on milestones.account_id = persons.account_id

)

select
    opportunity_id,
    lead_id,
    bool_or(is_linked) as is_linked,
    bool_or(is_primary) as is_primary
from candidates
group by opportunity_id, lead_id
