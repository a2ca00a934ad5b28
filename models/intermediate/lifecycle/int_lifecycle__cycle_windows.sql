-- One row per lead and cycle: the span of time whose touches and activities belong to it. A lead of whom
-- nothing but touches is known has one cycle without bounds.
select
    persons.lead_id,
    coalesce(exits.cycle_number, 1) as cycle_number,
    lag(exits.exit_at) over (partition by persons.lead_id order by exits.cycle_number) as opens_after,
    exits.exit_at as closed_at,
    exits.started_at
from {{ ref('int_identity__persons') }} as persons
left join {{ ref('int_lifecycle__cycle_exits') }} as exits on persons.lead_id = exits.lead_id
