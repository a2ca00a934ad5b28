-- One row per lead cycle and opportunity.
select
    {{ dbt.hash('links.opportunity_id') }} as opportunity_id,
    links.lead_id || '-' || links.cycle_number as lead_cycle_id,
    links.lead_id,
    cast(links.cycle_number as integer) as cycle_number,
    links.link_method,
    links.is_primary
from {{ ref('int_lifecycle__linked_cycles') }} as links
inner join {{ ref('int_lifecycle__cycles') }} as cycles
    on links.lead_id = cycles.lead_id
    and links.cycle_number = cycles.cycle_number
