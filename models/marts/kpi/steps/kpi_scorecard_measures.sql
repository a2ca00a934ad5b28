-- One row per KPI, month and scope: the sums behind the value, and what its interval needs.
{% set scopes = {'company': "'company'", 'channel': 'channel'} %}
{% set amounts = {
    'marketing_contribution_to_pipeline': ('is_marketing_sourced', true),
    'influenced_pipeline_share': ('is_influenced', true),
    'sourced_pipeline_amount': ('is_marketing_sourced', false),
    'influenced_pipeline_amount': ('is_influenced', false),
    'new_pipeline_amount': ('true', false),
} %}
{% set rates = {
    'first_touch_to_inquiry_rate': ('first_touch', 'inquiry'),
    'inquiry_to_mql_rate': ('inquiry', 'mql'),
    'mql_to_sal_rate': ('mql', 'sal'),
    'first_touch_to_sal_rate': ('first_touch', 'sal'),
    'inquiry_to_sal_rate': ('inquiry', 'sal'),
} %}
{% set volumes = {'inquiries': 'inquiry', 'mqls': 'mql', 'sals': 'sal', 'sqls': 'sql'} %}
{% set costs = {
    'marketing_cost_amount': none,
    'cost_per_inquiry': 'inquiries',
    'cost_per_mql': 'mqls',
    'cost_per_qualified_lead': 'qualified_leads',
    'cost_per_opportunity': 'opportunities',
} %}
with

opportunities as (

    select
        *,
        coalesce(entry_amount, 0) as amount
    from {{ ref('fct_opportunity') }}

),

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}

),

windows as (

    select * from {{ ref('kpi_windows') }}

),

visitors as (

    select count(*) as visitors from lifecycle
    where not is_identified

),

cost_per_lead as (

    select * from {{ ref('kpi_cost_per_qualified_lead') }}
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'

),

measures as (
    {% for scope_type, scope in scopes.items() %}
    {% for kpi, (condition, is_share) in amounts.items() %}
    select
        '{{ kpi }}' as kpi,
        opportunity_month as month,
        '{{ scope_type }}' as scope_type,
        {{ scope }} as scope,
        {{ double('sum(case when ' ~ condition ~ ' then amount else 0 end)') }} as numerator,
        {{ double('sum(amount)') if is_share else 'cast(null as double precision)' }} as denominator,
        {{ double('sum(case when ' ~ condition ~ ' then amount * amount else 0 end)') }} as numerator_squares,
        {{ double('sum(amount * amount)') }} as denominator_squares,
        cast(sum(case when {{ 'true' if is_share else condition }} then 1 else 0 end) as bigint) as cases
    from opportunities
    where is_new_pipeline
    group by opportunity_month, {{ scope }}
    union all
    {% endfor %}
    {% for kpi, flag in {'opportunities': 'is_new_pipeline', 'wins': "is_won and opportunity_type <> 'renewal'"}.items() %}
    {% set month = 'opportunity_month' if kpi == 'opportunities' else month_of(reporting_date('won_at')) %}
    select '{{ kpi }}', {{ month }}, '{{ scope_type }}', {{ scope }}, {{ double('count(*)') }}, null, null, null, count(*)
    from opportunities
    where {{ flag }}
    group by {{ month }}, {{ scope }}
    union all
    {% endfor %}
    {% for kpi, stage in volumes.items() %}
    select '{{ kpi }}', {{ stage }}_month, '{{ scope_type }}', {{ scope }}, {{ double('count(*)') }}, null, null, null,
        count(*)
    from lifecycle
    where {{ stage }}_at is not null
    group by {{ stage }}_month, {{ scope }}
    union all
    {% endfor %}
    -- a rate belongs to the month in which the window of its leads ended
    {% for kpi, (from_stage, to_stage) in rates.items() %}
    {% set pair = from_stage ~ '_to_' ~ to_stage %}
    {% set ended %}
        {{ month_of(reporting_date(dbt.dateadd('hour', '24 * windows.' ~ pair, 'lifecycle.' ~ from_stage ~ '_at'))) }}
    {% endset %}
    select
        '{{ kpi }}', {{ ended }}, '{{ scope_type }}', {{ scope }},
        {{ double('sum(case when is_converted_' ~ pair ~ ' then 1 else 0 end)') }},
        {{ double('count(*)') }}, null, null, count(*)
    from lifecycle
    cross join windows
    cross join visitors
    where
        is_matured_{{ pair }}
        and is_marketing_sourced
        {%- if from_stage == 'first_touch' %}
        and is_first_cycle
        and visitors.visitors > 0
        {%- endif %}
    group by {{ ended }}, {{ scope }}
    union all
    {% endfor %}
    {% for kpi, cases in costs.items() %}
    select
        '{{ kpi }}', month, '{{ scope_type }}', {{ scope }}, {{ double('sum(cost_amount)') }},
        {{ 'sum(' ~ cases ~ ')' if cases else 'null' }}, null, null,
        {{ 'cast(sum(' ~ cases ~ ') as bigint)' if cases else 'null' }}
    from cost_per_lead
    group by month, {{ scope }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

)

select * from measures
