-- One row per KPI, month and scope (the company, each channel, segment and team): the sums behind the value,
-- and what its interval and its maturity need.
{% set steps = {
    'kpi_scorecard_volumes': ['channel', 'segment', 'numerator', 'denominator', 'cases'],
    'kpi_scorecard_pipeline': [
        'channel', 'segment', 'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares',
        'cases'
    ],
    'kpi_scorecard_rates': ['channel', 'segment', 'numerator', 'denominator', 'cases', 'entered'],
    'kpi_scorecard_outcomes': ['channel', 'segment', 'numerator', 'denominator', 'cases', 'entered'],
    'kpi_scorecard_deals': [
        'channel', 'segment', 'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares',
        'cases'
    ],
    'kpi_scorecard_handover': ['channel', 'team', 'numerator', 'denominator', 'cases', 'entered'],
    'kpi_scorecard_costs': ['channel', 'numerator', 'denominator', 'cases'],
    'kpi_scorecard_returns': [
        'channel', 'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares', 'cases',
        'missing_inputs'
    ],
} %}
{% set dimensions = ['channel', 'segment', 'team'] %}
{% set sums = [
    'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares', 'cases', 'entered',
    'missing_inputs'
] %}
with

-- as decimals, whose sums do not depend on their order
measures as (
    {% for step, columns in steps.items() %}
    select
        {%- for column in dimensions %}
        cast({{ column if column in columns else 'null' }} as {{ dbt.type_string() }}) as {{ column }},
        {%- endfor %}
        {%- for column in sums %}
        cast({{ column if column in columns else 'null' }} as decimal(38, 10)) as {{ column }},
        {%- endfor %}
        'company' as company,
        kpi,
        month
    from {{ ref(step) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- every measure once for the company, and once for each dimension it has
scoped as (
    {% for scope_type in ['company'] + dimensions %}
    select
        measures.*,
        '{{ scope_type }}' as scope_type,
        {{ scope_type }} as scope
    from measures
    where {{ scope_type }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    {%- for column in sums %}
    sum({{ column }}) as {{ column }},
    {%- endfor %}
    kpi,
    month,
    scope_type,
    scope
from scoped
group by kpi, month, scope_type, scope
