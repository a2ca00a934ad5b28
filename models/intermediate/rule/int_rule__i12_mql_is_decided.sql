-- One row per MQL handed to sales whose decision was due: whether sales decided (I12). Nothing is accepted by
-- silence.
select
    'I12' as rule,
    'lead_cycle' as subject_type,
    clocks.lead_id || '-' || clocks.cycle_number as subject_key,
    clocks.handed_over_at as examined_at,
    clocks.team,
    cycles.channel,
    {{ rule_outcome('clocks.decision is not null') }} as outcome
from {{ ref('int_handover__clocks') }} as clocks
inner join {{ ref('int_rule__cycles') }} as cycles
    on clocks.lead_id = cycles.lead_id
    and clocks.cycle_number = cycles.cycle_number
where clocks.decision_due_at <= {{ as_of() }}
