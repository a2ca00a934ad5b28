-- One row per MQL: whether the lead is matched to an account (I42).
select
    'I42B' as rule,
    'lead_cycle' as subject_type,
    lead_cycle_id as subject_key,
    mql_at as examined_at,
    team,
    channel,
    {{ rule_outcome('account_id is not null') }} as outcome
from {{ ref('int_rule__cycles') }}
where mql_at is not null
