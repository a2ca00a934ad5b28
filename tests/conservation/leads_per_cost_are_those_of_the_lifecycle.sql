-- A row is a stage whose leads of marketing differ between the cost mart and the facts (I40).
-- Credit splits a lead between channels; over all of them it must be the leads of the funnel, and the
-- opportunities of the pipeline. Look at kpi_marketing_leads: each cost scope repeats the same leads.
{% set counted = {
    'inquiries': 'inquiry', 'mqls': 'mql', 'sals': 'sal', 'sqls': 'sql', 'opportunities': 'opportunity'
} %}
with

reported as (
    {% for measure, stage in counted.items() %}
    select
        basis,
        '{{ stage }}' as stage,
        cost_scope,
        sum({{ measure }}) as leads
    from {{ ref('kpi_cost_per_qualified_lead') }}
    group by basis, cost_scope
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

facts as (
    {% for stage in counted.values() %}
    {%- if stage != 'opportunity' %}
    select
        'period' as basis,
        '{{ stage }}' as stage,
        count({{ stage }}_at) as leads
    from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced
    union all
    {%- endif %}
    select
        'cohort' as basis,
        '{{ stage }}' as stage,
        count(inquiry_at) as leads
    from {{ ref('fct_lead_lifecycle') }}
    where
        is_marketing_sourced
        {%- if stage != 'inquiry' %}
        and is_converted_inquiry_to_{{ stage }}
        {%- endif %}
    union all
    {%- endfor %}
    select
        'period' as basis,
        'opportunity' as stage,
        count(*) as leads
    from {{ ref('fct_opportunity') }}
    where
        is_marketing_sourced
        and is_new_pipeline

)

select
    facts.basis,
    facts.stage,
    reported.cost_scope,
    reported.leads as mart_leads,
    facts.leads as fact_leads
from facts
left join reported
    on facts.basis = reported.basis
    and facts.stage = reported.stage
where abs(coalesce(reported.leads, 0) - facts.leads) > 1e-6
