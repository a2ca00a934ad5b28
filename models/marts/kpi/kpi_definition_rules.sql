-- One row per month, stage, rule of the agreement, version, channel and team: how many declarations the rule
-- judged, and how often it kept one from being verified.
with

events as (

    select * from {{ ref('fct_lifecycle_event') }}
    where
        evidence = 'declaration'
        and stage is not null
        and definition_version <> '(none)'

),

judged as (

    select
        {{ month_of(reporting_date('events.happened_at')) }} as month,
        events.stage,
        rules.rule_id as rule,
        events.definition_version,
        events.channel,
        events.actor_team as team,
        coalesce(not failed.is_evidence_missing, false) as is_failed,
        coalesce(failed.is_evidence_missing, false) as is_evidence_missing
    from events
    inner join {{ ref('qualification_rules') }} as rules
        on events.stage = rules.stage
        and events.definition_version = cast(rules.version as {{ dbt.type_string() }})
        and (rules.connection is null or rules.connection = events.connection)
        and {{ is_valid_on('rules', reporting_date('events.happened_at')) }}
    left join {{ ref('fct_failed_rule') }} as failed
        on events.evidence_id = failed.evidence_id
        and rules.rule_id = failed.rule_id

)

select
    month,
    stage,
    rule,
    definition_version,
    channel,
    team,
    cast(count(*) as bigint) as events,
    cast(sum(case when is_failed then 1 else 0 end) as bigint) as failed,
    cast(sum(case when is_evidence_missing then 1 else 0 end) as bigint) as evidence_missing
from judged
group by month, stage, rule, definition_version, channel, team
