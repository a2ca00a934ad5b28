-- One row per MQL handed to sales: whether somebody who still works there owned it within the agreed business
-- minutes (I37); not applicable where no owners are delivered, or no history of them.
with

owners as (

    select count(owner_id) as owners from {{ ref('int_handover__clocks') }}

)

select
    'I37' as rule,
    'lead_cycle' as subject_type,
    clocks.lead_id || '-' || clocks.cycle_number as subject_key,
    clocks.handed_over_at as examined_at,
    clocks.team,
    cycles.channel,
    case
        when owners.owners = 0 then 'not_applicable'
        when clocks.owner_id is null then 'broken'
        when clocks.assigned_at is null then 'not_applicable'
        when
            clocks.assigned_minutes <= {{ threshold('routing_minutes') }}
            and clocks.is_owner_active
            then 'holds'
        else 'broken'
    end as outcome
from {{ ref('int_handover__clocks') }} as clocks
inner join {{ ref('int_rule__cycles') }} as cycles
    on clocks.lead_id = cycles.lead_id
    and clocks.cycle_number = cycles.cycle_number
cross join owners
