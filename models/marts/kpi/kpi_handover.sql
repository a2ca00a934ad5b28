-- One row per month of the hand-over, team, SLA tier, decision and reason.
select
    handover_month as month,
    team,
    sla_tier,
    decision,
    rejection_reason,
    count(*) as handovers,
    {%- for measure, flag in {
        'sla_due': 'is_sla_due', 'sla_met': 'is_sla_met', 'responded': 'is_responded',
        'responded_1h': 'is_responded_1h', 'responded_8h': 'is_responded_8h', 'responded_24h': 'is_responded_24h'
    }.items() %}
    cast(sum(case when {{ flag }} then 1 else 0 end) as bigint) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('fct_handover') }}
group by handover_month, team, sla_tier, decision, rejection_reason
