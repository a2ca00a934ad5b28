-- One row per KPI of cost, month and channel: the full cost of marketing, alone and over the leads that it
-- brought to a stage, and the share of programs in it. A cost is known to the cent, so it has no cases.
{% set leads = {
    'marketing_cost_amount': none,
    'cost_per_inquiry': 'inquiries',
    'cost_per_mql': 'mqls',
    'cost_per_qualified_lead': 'qualified_leads',
    'cost_per_opportunity': 'opportunities',
} %}
with

costs as (

    select * from {{ ref('kpi_cost_per_qualified_lead') }}
    where basis = 'period'

)

{% for kpi, count in leads.items() %}
select
    '{{ kpi }}' as kpi,
    month,
    channel,
    cost_amount as numerator,
    {{ double(count or 'null') }} as denominator,
    cast({{ count or 'null' }} as decimal(28, 9)) as cases
from costs
where cost_scope = 'fully_loaded'
union all
{% endfor %}
select
    'program_cost_share',
    month,
    channel,
    sum(case cost_scope when 'program' then cost_amount else 0 end),
    {{ double("sum(case cost_scope when 'fully_loaded' then cost_amount else 0 end)") }},
    null
from costs
group by month, channel
