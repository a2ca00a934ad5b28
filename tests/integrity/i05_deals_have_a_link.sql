-- A row is a lead cycle that reached opportunity or won and has no linked opportunity (I05).
-- Such a stage has no amount and no proof.
-- Look at int_opportunity__links: the link was lost after the event was made of it.
select cycles.lead_cycle_id
from {{ ref('fct_lead_lifecycle') }} as cycles
left join {{ ref('bridge_lead_opportunity') }} as links on cycles.lead_cycle_id = links.lead_cycle_id
where
    cycles.opportunity_at is not null
    and links.lead_cycle_id is null
