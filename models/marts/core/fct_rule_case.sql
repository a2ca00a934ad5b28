-- One row per rule of the agreement and case that it examined: a lead cycle, an event, an opportunity, a
-- connection.
select
    cases.rule,
    cases.subject_type,
    cases.subject_key,
    cases.examined_at,
    {{ month_of(reporting_date('cases.examined_at')) }} as month,
    coalesce(teams.reporting_team, '(not set)') as team,
    cases.channel,
    cases.outcome,
    cases.outcome = 'broken' and waivers.rule is not null as is_waived
from {{ ref('int_rule__cases') }} as cases
left join {{ ref('int_handover__teams') }} as teams on cases.team = teams.team
left join {{ ref('int_rule__waivers') }} as waivers
    on cases.rule = waivers.rule
    and cases.subject_key = waivers.subject_key
