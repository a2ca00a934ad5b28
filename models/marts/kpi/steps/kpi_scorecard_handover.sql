-- One row per KPI of the hand-over, month of the hand-over, channel and team: answers in time of those due,
-- and reasons given of those asked for.
with

handovers as (

    select
        handover_month as month,
        channel,
        team,
        response_status,
        is_sla_due,
        is_sla_met,
        decision in ('rejected', 'recycled', 'disqualified') as needs_reason,
        has_valid_reason as has_reason
    from {{ ref('fct_handover') }}
    where verdict <> 'contradicted'

)

-- an answer that is not due yet is entered, and not judged
select
    'sla_attainment' as kpi,
    month,
    channel,
    team,
    sum(case when is_sla_met then 1 else 0 end) as numerator,
    sum(case when is_sla_due then 1 else 0 end) as denominator,
    sum(case when is_sla_due then 1 else 0 end) as cases,
    count(*) as entered
from handovers
where response_status <> 'not_measured'
group by month, channel, team
union all
select
    'reason_completeness',
    month,
    channel,
    team,
    sum(case when has_reason then 1 else 0 end),
    count(*),
    count(*),
    null
from handovers
where needs_reason
group by month, channel, team
