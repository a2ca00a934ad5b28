-- One row per lead cycle handed to sales: its policy and calendar, and what happened when.
with

mqls as (

    select * from {{ ref('int_handover__mqls') }}

),

owners as (

    select * from {{ ref('int_handover__owners') }}

),

calendars as (

    select
        team,
        calendar
    from {{ ref('team_calendars') }} as team_calendars
    where {{ is_valid_on('team_calendars', reporting_date(as_of())) }}

),

policies as (

    select * from {{ ref('sla_policies') }}

)

select
    mqls.*,
    owners.owner_connection,
    owners.owner_id,
    owners.team,
    owners.is_owner_active,
    owners.assigned_at,
    coalesce(calendars.calendar, 'company') as calendar,
    policies.response_minutes as agreed_response_minutes,
    policies.decision_minutes as agreed_decision_minutes,
    responses.responded_at,
    decisions.decision,
    decisions.decided_at,
    decisions.is_decision_inferred,
    decisions.reason,
    decisions.has_reason_text
from mqls
inner join owners
    on mqls.lead_id = owners.lead_id
    and mqls.cycle_number = owners.cycle_number
left join calendars on owners.team = calendars.team
inner join policies
    on mqls.sla_tier = policies.sla_tier
    and {{ is_valid_on('policies', reporting_date('mqls.handed_over_at')) }}
left join {{ ref('int_handover__responses') }} as responses
    on mqls.lead_id = responses.lead_id
    and mqls.cycle_number = responses.cycle_number
left join {{ ref('int_handover__decisions') }} as decisions
    on mqls.lead_id = decisions.lead_id
    and mqls.cycle_number = decisions.cycle_number
