-- One row per KPI, month and scope (the company, each channel): the sums behind the value, and what its
-- interval needs.
{% set costs = {
    'marketing_cost_amount': 'null',
    'cost_per_inquiry': 'inquiries',
    'cost_per_mql': 'mqls',
    'cost_per_qualified_lead': 'qualified_leads',
    'cost_per_opportunity': 'opportunities',
} %}
{% set sums = ['numerator', 'denominator', 'numerator_squares', 'denominator_squares'] %}
with

costs as (
    {% for kpi, leads in costs.items() %}
    select
        '{{ kpi }}' as kpi,
        month,
        channel,
        cost_amount,
        cast({{ leads }} as bigint) as leads
    from {{ ref('kpi_cost_per_qualified_lead') }}
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

measures as (

    select
        kpi,
        month,
        channel,
        numerator,
        denominator,
        numerator_squares,
        denominator_squares,
        cases
    from {{ ref('kpi_scorecard_pipeline') }}
    union all
    select
        kpi,
        month,
        channel,
        numerator,
        denominator,
        null,
        null,
        denominator as cases
    from {{ ref('kpi_scorecard_rates') }}
    union all
    select
        kpi,
        month,
        channel,
        numerator,
        denominator,
        null,
        null,
        denominator as cases
    from {{ ref('kpi_scorecard_handover') }}
    union all
    select
        kpi,
        month,
        channel,
        cases as numerator,
        null,
        null,
        null,
        cases
    from {{ ref('kpi_scorecard_volumes') }}
    union all
    select
        kpi,
        month,
        channel,
        cost_amount,
        leads as denominator,
        null,
        null,
        leads as cases
    from costs

),

-- every measure once for the company and once for its channel
scoped as (
    {% for scope_type, scope in {'company': "'company'", 'channel': 'channel'}.items() %}
    select
        measures.*,
        '{{ scope_type }}' as scope_type,
        {{ scope }} as scope
    from measures
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    kpi,
    month,
    scope_type,
    scope,
    {%- for column in sums %}
    {{ double('sum(' ~ column ~ ')') }} as {{ column }},
    {%- endfor %}
    cast(sum(cases) as bigint) as cases
from scoped
group by kpi, month, scope_type, scope
