-- A row is a stage whose leads of marketing differ between the cost mart and the facts (I40).
-- The denominators must be the leads of the funnel and the opportunities of the pipeline.
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
    {% for stage in counted.values() if stage != 'opportunity' %}
    select
        '{{ stage }}' as stage,
        count({{ stage }}_at) as leads
    from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced
    union all
    {%- endfor %}
    select
        'opportunity' as stage,
        count(*) as leads
    from {{ ref('fct_opportunity') }}
    where
        is_marketing_sourced
        and is_new_pipeline

)

select
    reported.stage,
    reported.cost_scope,
    reported.leads as mart_leads,
    facts.leads as fact_leads
from reported
inner join facts on reported.stage = facts.stage
where reported.leads <> facts.leads
