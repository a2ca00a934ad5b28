-- A row is a hand-over that leaks on one side only: in the facts of hand-overs and rules, or in the breaks.
-- The same case would count in one figure and not in the other.
-- Look at int_leak__handovers, and at the clocks that both read.
with

expected as (

    select
        'no_decision' as leak,
        lead_cycle_id
    from {{ ref('fct_handover') }}
    where decision = 'silent' and verdict <> 'contradicted'
    union all
    select
        'not_answered_in_time',
        lead_cycle_id
    from {{ ref('fct_handover') }}
    where is_sla_due and not is_sla_met and verdict <> 'contradicted'
    union all
    select
        'rejected_without_reason',
        lead_cycle_id
    from {{ ref('fct_handover') }}
    where
        decision in ('rejected', 'recycled', 'disqualified')
        and not has_valid_reason
        and verdict <> 'contradicted'
    union all
    select
        'not_routed',
        handovers.lead_cycle_id
    from {{ ref('fct_rule_case') }} as cases
    inner join {{ ref('fct_handover') }} as handovers on cases.subject_key = handovers.lead_cycle_id
    where
        cases.rule = 'I37'
        and cases.outcome = 'broken'
        and handovers.verdict <> 'contradicted'
    union all
    -- what the evidence contradicts leaks there, if nothing mended it, and at no clock
    select
        'contradicted_definition',
        lead_id || '-' || cycle_number
    from {{ ref('fct_lifecycle_event') }}
    where verdict = 'contradicted' and role_in_cycle = 'contradicted'
    group by lead_id, cycle_number

),

breaks as (

    select
        leak,
        subject_key
    from {{ ref('int_leak__breaks') }}
    where
        leak in (
            'no_decision', 'not_answered_in_time', 'rejected_without_reason', 'not_routed',
            'contradicted_definition'
        )

)

select
    coalesce(expected.leak, breaks.leak) as leak,
    expected.lead_cycle_id,
    breaks.subject_key
from expected
full outer join breaks
    on expected.leak = breaks.leak
    and expected.lead_cycle_id = breaks.subject_key
where
    expected.lead_cycle_id is null
    or breaks.subject_key is null
