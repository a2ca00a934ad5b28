-- One row per month, stage, version of its definition, verdict, channel and team: the declarations that the
-- agreement judged, and lead cycles that met its rule undeclared. Stages without a rule are out.
with

events as (

    select * from {{ ref('fct_lifecycle_event') }}
    where
        evidence = 'declaration'
        and stage is not null
        and definition_version <> '(none)'

),

cycles as (

    select
        lead_id,
        cycle_number,
        channel,
        mql_undeclared_at,
        mql_undeclared_version
    from {{ ref('fct_lead_lifecycle') }}

),

placed as (

    select
        {{ month_of(reporting_date('events.happened_at')) }} as month,
        events.stage,
        events.definition_version,
        events.verdict,
        coalesce(cycles.channel, '(not set)') as channel,
        events.actor_team as team
    from events
    left join cycles
        on events.lead_id = cycles.lead_id
        and events.cycle_number = cycles.cycle_number
    union all
    select
        {{ month_of(reporting_date('mql_undeclared_at')) }},
        'mql',
        mql_undeclared_version,
        'undeclared',
        channel,
        '(not set)'
    from cycles
    where mql_undeclared_at is not null

)

select
    month,
    stage,
    definition_version,
    verdict,
    channel,
    team,
    cast(count(*) as bigint) as events
from placed
group by month, stage, definition_version, verdict, channel, team
