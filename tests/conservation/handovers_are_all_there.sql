-- A row is a declared MQL of a lead cycle without a hand-over in core, or the reverse.
-- A hand-over that is lost is in no SLA figure, and nobody waits for it.
-- Look at the policy, the calendar and its days of that time: int_handover__instants, int_handover__elapsed.
select
    mqls.lead_id,
    mqls.cycle_number,
    handovers.lead_cycle_id
from {{ ref('int_handover__mqls') }} as mqls
full outer join {{ ref('fct_handover') }} as handovers
    on mqls.lead_id = handovers.lead_id
    and mqls.cycle_number = handovers.cycle_number
where
    mqls.lead_id is null
    or handovers.lead_id is null
