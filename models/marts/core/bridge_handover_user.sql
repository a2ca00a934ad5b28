-- One row per lead cycle handed to sales that somebody in sales owns, with that person under a keyed hash.
-- People of teams too small to be looked at alone, and those of no team, stand under the name they share.
-- Off unless the company switches figures about single people on.
{{ config(enabled=var('enable_rep_level', false)) }}
select
    owners.lead_id || '-' || owners.cycle_number as lead_cycle_id,
    case
        when not teams.is_small then {{ keyed_hash("owners.owner_connection || '|' || owners.owner_id") }}
        else coalesce(teams.reporting_team, '(not set)')
    end as user_id
from {{ ref('int_handover__owners') }} as owners
left join {{ ref('int_handover__teams') }} as teams on owners.team = teams.team
where owners.owner_id is not null
