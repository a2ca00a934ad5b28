-- A row is a stage whose leads of marketing differ between the cost mart and the lifecycle fact (I40).
-- The denominator of the cost per qualified lead must be the leads of the funnel.
-- Look at kpi_cost_per_qualified_lead: each cost scope repeats the same leads.
{% set counted = {
    'inquiries': 'inquiry', 'mqls': 'mql', 'sals': 'sal', 'sqls': 'sql', 'opportunities': 'opportunity'
} %}
with

reported as (
    {% for measure, stage in counted.items() %}
    select
        '{{ stage }}' as stage,
        cost_scope,
        sum({{ measure }}) as leads
    from {{ ref('kpi_cost_per_qualified_lead') }}
    where basis = 'period'
    group by cost_scope
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

facts as (
    {% for stage in counted.values() %}
    select
        '{{ stage }}' as stage,
        count({{ stage }}_at) as leads
    from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    reported.stage,
    reported.cost_scope,
    reported.leads as mart_leads,
    facts.leads as fact_leads
from reported
inner join facts on reported.stage = facts.stage
where reported.leads <> facts.leads
