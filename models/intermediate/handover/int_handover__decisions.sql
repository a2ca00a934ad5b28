-- One row per lead cycle handed to sales that was decided: the first acceptance, or exit that a user
-- declared, after the hand-over. Where no acceptance was recorded and sales went on all the same, the stage
-- reached implies it.
with

mqls as (

    select * from {{ ref('int_handover__mqls') }}

),

roles as (

    select outbound_role as role from {{ ref('origin_paths') }}
    where outbound_role is not null
    group by outbound_role

),

declared as (

    select
        mqls.lead_id,
        mqls.cycle_number,
        case when events.stage is not null then 'accepted' else events.exit_state end as decision,
        events.happened_at as decided_at,
        events.reason,
        events.has_reason_text,
        row_number() over (
            partition by mqls.lead_id, mqls.cycle_number order by events.event_number
        ) as decision_rank
    from mqls
    inner join {{ ref('int_lifecycle__cycle_events') }} as events
        on mqls.lead_id = events.lead_id
        and mqls.cycle_number = events.cycle_number
        and mqls.event_number < events.event_number
    left join roles on events.actor_role = roles.role
    where
        events.evidence = 'declaration'
        -- somebody in sales, or the system does not say who
        and (events.actor_role is null or roles.role is not null)
        and (
            events.role_in_cycle = 'ends'
            or (events.stage = 'sal' and events.role_in_cycle in ('counts', 'reopens'))
        )

),

reached as (

    select
        observed.lead_id,
        observed.cycle_number,
        {{ suffix_minimum('observed', 'sal') }} as sal_at
    from {{ ref('int_lifecycle__observed_stages') }} as observed

),

implied as (

    select
        reached.lead_id,
        reached.cycle_number,
        greatest(reached.sal_at, mqls.handed_over_at) as sal_at
    from reached
    inner join mqls
        on reached.lead_id = mqls.lead_id
        and reached.cycle_number = mqls.cycle_number
    where reached.sal_at is not null

)

select
    mqls.lead_id,
    mqls.cycle_number,
    case
        when implied.sal_at is null then declared.decision
        when declared.decided_at <= implied.sal_at then declared.decision
        else 'accepted'
    end as decision,
    case
        when implied.sal_at is null then declared.decided_at
        when declared.decided_at <= implied.sal_at then declared.decided_at
        else implied.sal_at
    end as decided_at,
    implied.sal_at is not null
    and coalesce(declared.decided_at > implied.sal_at, true) as is_decision_inferred,
    case
        when implied.sal_at is null or declared.decided_at <= implied.sal_at then declared.reason
    end as reason,
    case
        when implied.sal_at is null or declared.decided_at <= implied.sal_at then declared.has_reason_text
    end as has_reason_text
from mqls
left join declared
    on mqls.lead_id = declared.lead_id
    and mqls.cycle_number = declared.cycle_number
    and declared.decision_rank = 1
left join implied
    on mqls.lead_id = implied.lead_id
    and mqls.cycle_number = implied.cycle_number
where
    declared.lead_id is not null
    or implied.lead_id is not null
