-- A row is an opportunity with links, of which not exactly one is primary (I16).
-- Two primary links would count its origin twice, none would lose it.
-- Look at the ranking in int_opportunity__links.
select
    opportunity_id,
    sum(case when is_primary then 1 else 0 end) as primary_links
from {{ ref('bridge_lead_opportunity') }}
group by opportunity_id
having sum(case when is_primary then 1 else 0 end) <> 1
