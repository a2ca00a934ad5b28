-- One row per lead cycle observed as sales-qualified: whether an acceptance was observed, too (I04).
select
    'I04' as rule,
    'lead_cycle' as subject_type,
    lead_cycle_id as subject_key,
    sql_at_observed as examined_at,
    team,
    channel,
    {{ rule_outcome('sal_at_observed is not null') }} as outcome
from {{ ref('int_rule__cycles') }}
where sql_at_observed is not null
