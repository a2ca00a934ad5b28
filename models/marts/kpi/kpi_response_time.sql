-- One row per month of the hand-over, team (and all of them) and SLA tier: how long leads waited for an
-- answer, and marketing for a decision. What is not due yet is left out of either.
with

due as (

    select
        handover_month as month,
        team,
        sla_tier,
        is_sla_due,
        is_decision_due and handed_over_precision = 'second' as is_decision_due,
        case when is_sla_due then response_minutes end as response_minutes,
        is_sla_due and not is_responded as is_never_responded,
        -- a decision that only a later stage implies has no instant of its own
        case when is_decision_due and not is_decision_inferred then decision_minutes end as decision_minutes,
        is_decision_due and handed_over_precision = 'second' and decision = 'silent' as is_undecided
    from {{ ref('fct_handover') }}
    where
        (is_sla_due or is_decision_due)
        and verdict <> 'contradicted'

),

grouped as (

    select
        *,
        false as is_total
    from due
    union all
    select
        month,
        '(all)',
        sla_tier,
        is_sla_due,
        is_decision_due,
        response_minutes,
        is_never_responded,
        decision_minutes,
        is_undecided,
        true
    from due

)

select
    month,
    team,
    sla_tier,
    is_total,
    {{ percentile('response_minutes', 0.5) }} as median_response_minutes,
    {{ percentile('response_minutes', 0.9) }} as p90_response_minutes,
    {{ ratio(
        'sum(case when is_never_responded then 1 else 0 end)', 'sum(case when is_sla_due then 1 else 0 end)'
    ) }} as never_responded_share,
    cast(sum(case when is_sla_due then 1 else 0 end) as bigint) as sample_size,
    {{ percentile('decision_minutes', 0.5) }} as median_decision_minutes,
    {{ percentile('decision_minutes', 0.9) }} as p90_decision_minutes,
    {{ ratio(
        'sum(case when is_undecided then 1 else 0 end)', 'sum(case when is_decision_due then 1 else 0 end)'
    ) }} as undecided_share,
    cast(sum(case when is_decision_due then 1 else 0 end) as bigint) as decisions_due
from grouped
group by month, team, sla_tier, is_total
