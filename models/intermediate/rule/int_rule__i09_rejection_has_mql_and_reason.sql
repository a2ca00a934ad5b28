-- One row per rejected lead cycle: whether it was an MQL, had not been accepted, and has a reason of the
-- agreement (I09).
select
    'I09' as rule,
    'lead_cycle' as subject_type,
    cycles.lead_cycle_id as subject_key,
    cycles.exit_at as examined_at,
    cycles.team,
    cycles.channel,
    {{ rule_outcome(
        'cycles.mql_at is not null and cycles.sal_at_observed is null and reasons.reason is not null'
    ) }} as outcome
from {{ ref('int_rule__cycles') }} as cycles
left join {{ ref('rejection_reasons') }} as reasons on cycles.exit_reason = reasons.reason
where cycles.exit_state = 'rejected'
