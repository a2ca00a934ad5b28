-- One row per lead cycle, with the team of the lead's owner: what the rules about cycles look at.
select
    cycles.*,
    cycles.lead_id || '-' || cycles.cycle_number as lead_cycle_id,
    coalesce(users.team, '(not set)') as team
from {{ ref('int_lifecycle__cycles') }} as cycles
inner join {{ ref('int_identity__persons') }} as persons on cycles.lead_id = persons.lead_id
left join {{ ref('int_unified__users') }} as users
    on persons.owner_connection = users.connection
    and persons.owner_id = users.source_id
