-- One row per lead cycle whose acceptance was observed: whether an MQL was, too, or the path has none (I03).
select
    'I03' as rule,
    'lead_cycle' as subject_type,
    cycles.lead_cycle_id as subject_key,
    cycles.sal_at_observed as examined_at,
    cycles.team,
    cycles.channel,
    {{ rule_outcome('cycles.mql_at_observed is not null or not paths.is_mql_inferred') }} as outcome
from {{ ref('int_rule__cycles') }} as cycles
inner join {{ ref('origin_paths') }} as paths on cycles.origin_path = paths.origin_path
where cycles.sal_at_observed is not null
