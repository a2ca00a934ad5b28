-- One row per KPI of cost, month and channel: the full cost of marketing, alone and over the leads of
-- marketing that reached a stage. A cost is known to the cent, so it has no cases.
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
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'

)

{% for kpi, count in leads.items() %}
select
    '{{ kpi }}' as kpi,
    month,
    channel,
    cost_amount as numerator,
    {{ double(count or 'null') }} as denominator,
    cast({{ count or 'null' }} as bigint) as cases
from costs
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
