-- One row per lead cycle handed to sales.
with

clocks as (

    select * from {{ ref('int_handover__clocks') }}

),

teams as (

    select * from {{ ref('int_handover__teams') }}

),

origins as (

    select * from {{ ref('int_lifecycle__origins') }}

),

measured as (

    select
        clocks.*,
        {{ seconds_between('clocks.handed_over_at', 'clocks.responded_at') }} as response_seconds,
        -- clocks run from an instant, not from a date
        clocks.handed_over_precision = 'second' as is_measured,
        clocks.handed_over_precision = 'second'
        and clocks.response_due_at <= {{ as_of() }} as is_response_due,
        clocks.decision_due_at <= {{ as_of() }} as is_decision_due,
        clocks.handed_over_precision = 'second'
        and coalesce(clocks.responded_minutes <= clocks.agreed_response_minutes, false) as is_response_in_time
    from clocks

)

select
    measured.lead_id || '-' || measured.cycle_number as lead_cycle_id,
    measured.lead_id,
    cast(measured.cycle_number as integer) as cycle_number,

    ---------- dimensions
    {{ reporting_date('measured.handed_over_at') }} as handover_date,
    {{ month_of(reporting_date('measured.handed_over_at')) }} as handover_month,
    coalesce(teams.reporting_team, '(not set)') as team,
    measured.sla_tier,
    coalesce(origins.channel, '(not set)') as channel,
    coalesce(origins.origin_path, 'unknown') as origin_path,
    coalesce(persons.segment, '(not set)') as segment,
    coalesce(persons.region, '(not set)') as region,
    measured.verdict,
    measured.definition_version,
    measured.verdict = 'contradicted' as is_contradicted,

    ---------- instants
    measured.handed_over_at,
    measured.handed_over_precision,
    measured.assigned_at,
    measured.responded_at,
    measured.decided_at,
    measured.response_due_at,
    measured.decision_due_at,

    ---------- clocks
    case when measured.is_measured then measured.assigned_minutes end as routing_minutes,
    case when measured.is_measured then measured.responded_minutes end as response_minutes,
    case when measured.is_measured then {{ double('measured.response_seconds') }} / 60 end
        as response_minutes_wall_clock,
    case when measured.is_measured then measured.decided_minutes end as decision_minutes,
    case
        when
            measured.is_measured
            and measured.decision in ('accepted', 'rejected')
            and not coalesce(measured.is_decision_inferred, false)
            then {{ double(seconds_between('measured.handed_over_at', 'measured.decided_at')) }} / 86400
    end as decision_days,

    ---------- answer
    case
        when measured.is_response_in_time then 'met'
        when not measured.is_measured then 'not_measured'
        when measured.is_response_due or measured.responded_at is not null then 'missed'
        else 'pending'
    end as response_status,
    coalesce(measured.is_response_due, false) as is_sla_due,
    coalesce(measured.is_response_due, false) and measured.is_response_in_time as is_sla_met,
    measured.responded_at is not null as is_responded,
    measured.is_measured and coalesce(measured.response_seconds <= 3600, false) as is_responded_1h,
    measured.is_measured and coalesce(measured.response_seconds <= 8 * 3600, false) as is_responded_8h,
    measured.is_measured and coalesce(measured.response_seconds <= 24 * 3600, false) as is_responded_24h,

    ---------- decision
    case
        when measured.decision is not null then measured.decision
        when measured.is_decision_due then 'silent'
        else 'pending'
    end as decision,
    coalesce(measured.is_decision_due, false) as is_decision_due,
    coalesce(measured.is_decision_inferred, false) as is_decision_inferred,
    coalesce(measured.reason, '(none)') as rejection_reason,
    -- known to the agreement, with a text where it says nothing without
    reasons.reason is not null
    and (not reasons.needs_text or coalesce(measured.has_reason_text, true)) as has_valid_reason,
    coalesce(measured.decision in ('rejected', 'recycled', 'disqualified'), false) as needs_reason,
    coalesce(measured.is_owner_active, false) as has_active_owner
from measured
left join teams on measured.team = teams.team
left join {{ ref('rejection_reasons') }} as reasons on measured.reason = reasons.reason
left join {{ ref('int_identity__persons') }} as persons on measured.lead_id = persons.lead_id
left join origins
    on measured.lead_id = origins.lead_id
    and measured.cycle_number = origins.cycle_number
