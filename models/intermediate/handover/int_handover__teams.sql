-- One row per team of a user: how many active people it has. Teams too small to be looked at alone are
-- reported together.
with

teams as (

    select
        team,
        cast(sum(case when coalesce(is_active, true) then 1 else 0 end) as integer) as people,
        min(role) as role
    from {{ ref('int_unified__users') }}
    where team is not null
    group by team

)

select
    teams.team,
    teams.people,
    teams.role,
    teams.people < {{ threshold('minimum_team_size') }} as is_small,
    case when teams.people < {{ threshold('minimum_team_size') }} then '(small teams)' else teams.team end
        as reporting_team,
    coalesce(calendars.calendar, 'company') as calendar
from teams
left join {{ ref('team_calendars') }} as calendars
    on teams.team = calendars.team
    and {{ is_valid_on('calendars', reporting_date(as_of())) }}
