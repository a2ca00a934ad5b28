-- One row per acceptance that a system declared: whether a user of sales declared it (I11); not applicable
-- where the system does not say who.
select
    'I11' as rule,
    'lifecycle_event' as subject_type,
    {{ keyed_hash("events.connection || '|' || events.source_id") }} as subject_key,
    events.happened_at as examined_at,
    coalesce(events.actor_team, '(not set)') as team,
    coalesce(cycles.channel, '(not set)') as channel,
    {{ rule_outcome("events.actor_role = 'sales'") }} as outcome
from {{ ref('int_lifecycle__cycle_events') }} as events
left join {{ ref('int_rule__cycles') }} as cycles
    on events.lead_id = cycles.lead_id
    and events.cycle_number = cycles.cycle_number
where
    events.stage = 'sal'
    and events.evidence = 'declaration'
