-- One row per KPI of stock, period and scope: what stood at the end of the period, at as_of while it runs.
{% set scopes = {'company': "'company'", 'segment': 'segment'} %}
with

stocks as (
    {% for scope_type, scope in scopes.items() %}
    select
        'weighted_pipeline_amount' as kpi,
        month,
        '{{ scope_type }}' as scope_type,
        {{ scope }} as scope,
        {{ double('sum(weighted_pipeline_amount)') }} as numerator,
        {{ double('null') }} as denominator,
        {{ double('sum(weighted_squares)') }} as numerator_squares,
        cast(sum(open_opportunities) as bigint) as cases
    from {{ ref('kpi_pipeline_stock') }}
    group by month{{ ', segment' if scope_type == 'segment' }}
    union all
    select
        'engaged_accounts',
        month,
        '{{ scope_type }}',
        {{ scope }},
        {{ double('sum(engaged_accounts)') }},
        null,
        null,
        cast(sum(engaged_accounts) as bigint)
    from {{ ref('kpi_engaged_accounts') }}
    group by month{{ ', segment' if scope_type == 'segment' }}
    union all
    {%- endfor %}
    select
        'pipeline_coverage',
        month,
        scope_type,
        scope,
        {{ double('closing_pipeline_amount') }},
        {{ double('remaining_plan_amount') }},
        {{ double('closing_squares') }},
        cast(closing_opportunities as bigint)
    from {{ ref('kpi_pipeline_coverage') }}
    union all
    select
        'contactable_share',
        month,
        'company',
        'company',
        {{ double('contactable_leads') }},
        {{ double('active_leads') }},
        null,
        active_leads
    from {{ ref('kpi_contactable_leads') }}

),

-- the last month of a period that has begun
lasts as (

    select
        period_type,
        period_start,
        month_start
    from {{ ref('int_reporting__period_months') }}
    where month_start = least(last_month, {{ month_of(reporting_date(as_of())) }})

)

select
    stocks.kpi,
    stocks.scope_type,
    stocks.scope,
    lasts.period_type,
    lasts.period_start,
    stocks.numerator,
    stocks.denominator,
    stocks.numerator_squares,
    stocks.cases
from stocks
inner join lasts on stocks.month = lasts.month_start
