-- One row per KPI of the hand-over, month of the hand-over and channel: answers in time of those due, and
-- reasons given of those asked for.
with

handovers as (

    select
        handover_month as month,
        channel,
        is_sla_due,
        is_sla_met,
        decision in ('rejected', 'recycled', 'disqualified') as needs_reason,
        has_valid_reason as has_reason
    from {{ ref('fct_handover') }}
    where verdict <> 'contradicted'

)

select
    'sla_attainment' as kpi,
    month,
    channel,
    sum(case when is_sla_met then 1 else 0 end) as numerator,
    count(*) as denominator
from handovers
where is_sla_due
group by month, channel
union all
select
    'reason_completeness',
    month,
    channel,
    sum(case when has_reason then 1 else 0 end),
    count(*)
from handovers
where needs_reason
group by month, channel
