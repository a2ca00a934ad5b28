-- One row per KPI, period and scope, without gaps from the first month with data to the month of `as_of`: the
-- sums of the period and its value. A period that began before the company's first month is left out, and so
-- is a rolling one that the KPI does not ask for.
{% set sums = [
    'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares', 'cases', 'entered',
    'missing_inputs'
] %}
{% set as_they_are = {
    'kpi_scorecard_stocks': ['numerator', 'denominator', 'numerator_squares', 'cases'],
    'kpi_scorecard_medians': ['median_value', 'quartile_range', 'cases'],
    'kpi_scorecard_velocity': ['numerator', 'denominator', 'cases'],
} %}
{% set key = ['kpi', 'scope_type', 'scope', 'period_type', 'period_start'] %}
with

period_months as (

    select * from {{ ref('int_reporting__period_months') }}

),

kpis as (

    select
        kpis.*,
        aggregation not in ('sum', 'median') and unit not in ('currency', 'count') as is_ratio
    from {{ ref('kpis') }} as kpis

),

-- sums by their months; stocks, medians and what is made of them as they are
measured as (

    select
        {%- for column in sums %}
        {{ double('sum(measures.' ~ column ~ ')') }} as {{ column }},
        {%- endfor %}
        {{ double('null') }} as median_value,
        {{ double('null') }} as quartile_range,
        measures.kpi,
        measures.scope_type,
        measures.scope,
        period_months.period_type,
        period_months.period_start
    from {{ ref('kpi_scorecard_measures') }} as measures
    inner join period_months on measures.month = period_months.month_start
    group by
        measures.kpi,
        measures.scope_type,
        measures.scope,
        period_months.period_type,
        period_months.period_start
    {%- for step, known in as_they_are.items() %}
    union all
    select
        {%- for column in sums + ['median_value', 'quartile_range'] %}
        {{ column if column in known else 'null' }},
        {%- endfor %}
        {{ key | join(', ') }}
    from {{ ref(step) }}
    {%- endfor %}

),

series as (

    select
        kpi,
        scope_type,
        scope,
        min(period_start) as first_month,
        min(min(period_start)) over (partition by kpi) as first_month_of_company,
        sum(cases) is not null as has_cases,
        sum(entered) is not null as has_cohorts
    from measured
    where period_type = 'month'
    group by kpi, scope_type, scope

),

periods as (

    select
        series.*,
        period_months.period_type,
        period_months.period_start,
        period_months.months,
        period_months.rolling_months,
        period_months.is_over
    from series
    inner join period_months
        on series.first_month_of_company <= period_months.first_month
        and series.first_month <= period_months.last_month
    where period_months.month_start = period_months.first_month

)

select
    {%- for column in key %}
    periods.{{ column }},
    {%- endfor %}
    periods.months,
    periods.is_over,
    kpis.unit,
    kpis.direction,
    case when kpis.aggregation <> 'median' then coalesce(measured.numerator, 0) end as numerator,
    case when kpis.is_ratio then coalesce(measured.denominator, 0) end as denominator,
    measured.numerator_squares,
    measured.products,
    measured.denominator_squares,
    measured.quartile_range,
    cast(case when periods.has_cases then coalesce(measured.cases, 0) end as bigint) as cases,
    case when periods.has_cohorts then {{ ratio('measured.cases', 'measured.entered') }} end as mature_share,
    coalesce(measured.missing_inputs, 0) > 0 as is_input_missing,
    case
        when measured.missing_inputs > 0 then null
        when kpis.is_ratio then {{ ratio('measured.numerator', 'measured.denominator') }}
        when kpis.aggregation = 'median' then measured.median_value
        else coalesce(measured.numerator, 0)
    end as period_value
from periods
inner join kpis
    on periods.kpi = kpis.kpi
    and (periods.rolling_months is null or periods.rolling_months = kpis.rolling_months)
left join measured
    on periods.kpi = measured.kpi
    and periods.scope_type = measured.scope_type
    and periods.scope = measured.scope
    and periods.period_type = measured.period_type
    and periods.period_start = measured.period_start
