-- One row per month of the hand-over, team, SLA tier, decision and reason. What the evidence contradicts is
-- left out, and no answer counts before it is due.
{% set measures = ['sla_due', 'sla_met', 'responded', 'responded_1h', 'responded_8h', 'responded_24h'] %}
select
    handover_month as month,
    team,
    sla_tier,
    decision,
    rejection_reason,
    {%- for measure in measures %}
    cast(sum(case when is_sla_due and is_{{ measure }} then 1 else 0 end) as bigint) as {{ measure }},
    {%- endfor %}
    count(*) as handovers
from {{ ref('fct_handover') }}
where verdict <> 'contradicted'
group by handover_month, team, sla_tier, decision, rejection_reason
