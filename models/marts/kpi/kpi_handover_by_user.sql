-- One row per month of the hand-over, owner and SLA tier; owners of teams too small to be looked at alone
-- are one. What the evidence contradicts and what nobody owns is left out. Off unless the company switches
-- figures about single people on.
{{ config(enabled=var('enable_rep_level', false)) }}
select
    handovers.handover_month as month,
    users.user_id,
    handovers.sla_tier,
    count(*) as handovers,
    {%- for name, condition in {
        'sla_due': 'handovers.is_sla_due',
        'sla_met': 'handovers.is_sla_met',
        'silent': "handovers.decision = 'silent'",
    }.items() %}
    cast(sum(case when {{ condition }} then 1 else 0 end) as bigint) as {{ name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from {{ ref('fct_handover') }} as handovers
inner join {{ ref('bridge_handover_user') }} as users on handovers.lead_cycle_id = users.lead_cycle_id
where handovers.verdict <> 'contradicted'
group by handovers.handover_month, users.user_id, handovers.sla_tier
