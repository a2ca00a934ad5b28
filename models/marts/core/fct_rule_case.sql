-- One row per rule of the agreement and case that it examined: a lead cycle, an event, an opportunity, a
-- connection.
with

cases as (

    select * from {{ ref('int_rule__cases') }}

),

teams as (

    select
        team,
        reporting_team
    from {{ ref('int_handover__teams') }}

),

waivers as (

    select
        rule,
        subject_key
    from {{ ref('rule_waivers') }} as rule_waivers
    where {{ is_valid_on('rule_waivers', reporting_date(as_of())) }}
    group by rule, subject_key

)

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
from cases
left join teams on cases.team = teams.team
left join waivers
    on cases.rule = waivers.rule
    and cases.subject_key = waivers.subject_key
