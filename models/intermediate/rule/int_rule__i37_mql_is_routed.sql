-- One row per MQL handed to sales: whether somebody who still works there owned it within the agreed business
-- minutes (I37); not applicable where the system keeps no history of owners and names one.
select
    'I37' as rule,
    'lead_cycle' as subject_type,
    clocks.lead_id || '-' || clocks.cycle_number as subject_key,
    clocks.handed_over_at as examined_at,
    clocks.team,
    cycles.channel,
    case
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
