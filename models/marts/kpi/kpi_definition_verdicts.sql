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

placed as (

    select
        {{ month_of(reporting_date('happened_at')) }} as month,
        stage,
        definition_version,
        verdict,
        channel,
        actor_team as team
    from events
    union all
    select
        {{ month_of(reporting_date('mql_undeclared_at')) }},
        'mql',
        mql_undeclared_version,
        'undeclared',
        channel,
        '(not set)'
    from {{ ref('fct_lead_lifecycle') }}
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
