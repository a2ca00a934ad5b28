-- One row per sales-qualified lead cycle: whether sales had accepted it (I04).
select
    'I04' as rule,
    'lead_cycle' as subject_type,
    lead_cycle_id as subject_key,
    sql_at as examined_at,
    team,
    channel,
    {{ rule_outcome('sal_at is not null') }} as outcome
from {{ ref('int_rule__cycles') }}
where sql_at is not null
