-- One row per MQL handed to sales that was answered: whether the answer came after the hand-over, and no
-- business time passed faster than time itself (I36).
select
    'I36' as rule,
    'lead_cycle' as subject_type,
    clocks.lead_id || '-' || clocks.cycle_number as subject_key,
    clocks.responded_at as examined_at,
    clocks.team,
    cycles.channel,
    {{ rule_outcome(
        'clocks.responded_at >= clocks.handed_over_at '
        ~ 'and clocks.seconds_to_response between 0 and '
        ~ seconds_between('clocks.handed_over_at', 'clocks.responded_at')
    ) }} as outcome
from {{ ref('int_handover__clocks') }} as clocks
inner join {{ ref('int_rule__cycles') }} as cycles
    on clocks.lead_id = cycles.lead_id
    and clocks.cycle_number = cycles.cycle_number
where
    clocks.responded_at is not null
    and clocks.handed_over_precision = 'second'
