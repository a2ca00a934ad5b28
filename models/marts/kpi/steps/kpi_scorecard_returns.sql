-- One row per KPI of return, month and channel: what marketing brought in over its full cost. Pipeline as its
-- amount at entry; revenue as its gross margin, less the cost. New customers over the cost of marketing and
-- sales, which has no channel, for the company only.
{% set margin = threshold('gross_margin_share') %}
with

costs as (

    select
        month,
        channel,
        cost_amount
    from {{ ref('kpi_cost_per_qualified_lead') }}
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'

),

parts as (

    select
        'sourced_pipeline_per_cost' as kpi,
        month,
        channel,
        cast(numerator as decimal(38, 6)) as numerator,
        0 as denominator,
        cast(numerator_squares as decimal(38, 6)) as numerator_squares,
        cases
    from {{ ref('kpi_scorecard_pipeline') }}
    where kpi = 'sourced_pipeline_amount'
    union all
    select
        'marketing_roi',
        month,
        channel,
        cast(numerator * {{ margin }} as decimal(38, 6)) as numerator,
        0,
        cast(numerator_squares * {{ margin }} * {{ margin }} as decimal(38, 6)) as numerator_squares,
        cases
    from {{ ref('kpi_scorecard_deals') }}
    where kpi = 'sourced_revenue_amount'
    {%- for kpi, gain in {'sourced_pipeline_per_cost': '0', 'marketing_roi': '- cost_amount'}.items() %}
    union all
    select
        '{{ kpi }}',
        month,
        channel,
        {{ gain }},
        cost_amount,
        0,
        0
    from costs
    {%- endfor %}

)

select
    kpi,
    month,
    channel,
    sum(numerator) as numerator,
    cast(sum(denominator) as decimal(38, 6)) as denominator,
    sum(numerator_squares) as numerator_squares,
    cast(null as decimal(38, 6)) as products,
    cast(null as decimal(38, 6)) as denominator_squares,
    cast(sum(cases) as bigint) as cases,
    cast(null as integer) as missing_inputs
from parts
group by kpi, month, channel
union all
select
    kpi,
    month,
    null,
    numerator,
    denominator,
    numerator_squares,
    products,
    denominator_squares,
    cases,
    missing_inputs
from {{ ref('kpi_scorecard_acquisition') }}
