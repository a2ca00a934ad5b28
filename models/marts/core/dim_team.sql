-- One row per team as figures name it: teams with too few people stand together.
with

teams as (

    select
        reporting_team as team,
        cast(sum(people) as integer) as people,
        bool_or(is_small) as is_small
    from {{ ref('int_handover__teams') }}
    group by reporting_team

),

special as (

    select
        '(not set)' as team,
        'No team' as label_en,
        'Kein Team' as label_de
    union all
    select
        '(small teams)',
        'Small teams',
        'Kleine Teams'
    union all
    select
        '(all)',
        'All teams',
        'Alle Teams'

)

select
    coalesce(special.team, teams.team) as team,
    coalesce(special.label_en, teams.team) as label_en,
    coalesce(special.label_de, teams.team) as label_de,
    coalesce(teams.people, 0) as people,
    coalesce(teams.is_small, false) as is_small
from teams
full outer join special on teams.team = special.team
