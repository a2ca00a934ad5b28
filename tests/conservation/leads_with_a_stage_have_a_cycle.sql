-- A row is a lead that has events and no lifecycle row, or a lifecycle row and no lead.
-- Such a lead is missing from every funnel.
-- Look at int_lifecycle__cycles: an inner join has lost it.
with

with_events as (

    select lead_id from {{ ref('fct_lifecycle_event') }}
    where stage is not null
    group by lead_id

),

with_cycles as (

    select lead_id from {{ ref('fct_lead_lifecycle') }}
    group by lead_id

)

select
    with_events.lead_id as lead_with_events,
    with_cycles.lead_id as lead_with_cycle
from with_events
full outer join with_cycles on with_events.lead_id = with_cycles.lead_id
where with_events.lead_id is null or with_cycles.lead_id is null
