-- One row per lead cycle that sales worked without deciding about it while a decision was due: the first
-- answer stands for the acceptance, for a company that lets it (var sal_fallback).
select
    clocks.lead_id,
    clocks.cycle_number,
    -- of a hand-over known by its date alone, the answer may come before the end of that day
    greatest(clocks.responded_at, clocks.handed_over_at) as accepted_at
from {{ ref('int_handover__clocks') }} as clocks
inner join {{ ref('int_lifecycle__cycle_windows') }} as windows
    on clocks.lead_id = windows.lead_id
    and clocks.cycle_number = windows.cycle_number
inner join {{ ref('int_lifecycle__observed_stages') }} as observed
    on clocks.lead_id = observed.lead_id
    and clocks.cycle_number = observed.cycle_number
    and observed.sal_at_observed is null
where
    {{ var('sal_fallback', false) }}
    and clocks.verdict <> 'contradicted'
    and clocks.decision_due_at <= {{ as_of() }}
    -- what is decided later is decided after sales began to work
    and (clocks.decided_at is null or clocks.decided_at > clocks.decision_due_at)
    and (clocks.decided_at is null or clocks.decided_at > clocks.responded_at)
    -- a cycle that ended before owed no decision
    and (windows.closed_at is null or windows.closed_at > clocks.decision_due_at)
    and (windows.closed_at is null or clocks.responded_at <= windows.closed_at)
    and clocks.responded_at is not null
