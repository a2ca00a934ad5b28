-- One row per lead cycle and opportunity.
select
    {{ dbt.hash('links.opportunity_id') }} as opportunity_id,
    links.lead_id || '-' || cycles.cycle_number as lead_cycle_id,
    links.lead_id,
    cycles.cycle_number,
    links.link_method,
    links.is_primary
from {{ ref('int_opportunity__links') }} as links
inner join {{ ref('int_lifecycle__cycles') }} as cycles on links.lead_id = cycles.lead_id
