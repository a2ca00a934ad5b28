-- One row per declared MQL: whether the scores that qualified it, or a raised hand, are known (I13); not
-- applicable where the evidence is missing or no rule was agreed on that day.
select
    'I13' as rule,
    'lifecycle_event' as subject_type,
    {{ keyed_hash("declarations.connection || '|' || declarations.source_id") }} as subject_key,
    declarations.declared_at as examined_at,
    coalesce(declarations.actor_team, '(not set)') as team,
    coalesce(cycles.channel, '(not set)') as channel,
    case
        when
            declarations.verdict = 'not_assessable'
            or declarations.definition_version = '(none)'
            then 'not_applicable'
        when
            declarations.is_hand_raiser
            or (declarations.fit_score is not null and declarations.engagement_score is not null)
            then 'holds'
        else 'broken'
    end as outcome
from {{ ref('int_lifecycle__declarations') }} as declarations
left join {{ ref('int_lifecycle__cycle_events') }} as events
    on declarations.connection = events.connection
    and declarations.source_id = events.source_id
    and declarations.stage = events.stage
    and events.evidence = 'declaration'
left join {{ ref('int_rule__cycles') }} as cycles
    on events.lead_id = cycles.lead_id
    and events.cycle_number = cycles.cycle_number
where declarations.stage = 'mql'
