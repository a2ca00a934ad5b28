-- One row per KPI, period and scope, without gaps from the first month with data to the month of `as_of`: the
-- sums of the period and its value. A period that began before the company's first month is left out.
{% set sums = [
    'numerator', 'denominator', 'numerator_squares', 'products', 'denominator_squares', 'cases', 'entered'
] %}
with

measures as (

    select * from {{ ref('kpi_scorecard_measures') }}

),

period_months as (

    select * from {{ ref('int_reporting__period_months') }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

summed as (

    select
        {%- for column in sums %}
        {{ double('sum(measures.' ~ column ~ ')') }} as {{ column }},
        {%- endfor %}
        measures.kpi,
        measures.scope_type,
        measures.scope,
        period_months.period_type,
        period_months.period_start
    from measures
    inner join period_months on measures.month = period_months.month_start
    group by
        measures.kpi,
        measures.scope_type,
        measures.scope,
        period_months.period_type,
        period_months.period_start

),

series as (

    select
        kpi,
        scope_type,
        scope,
        min(month) as first_month,
        min(min(month)) over (partition by kpi) as first_month_of_company,
        sum(cases) is not null as has_cases,
        sum(entered) is not null as has_cohorts
    from measures
    group by kpi, scope_type, scope

),

periods as (

    select
        series.kpi,
        series.scope_type,
        series.scope,
        series.has_cases,
        series.has_cohorts,
        period_months.period_type,
        period_months.period_start,
        period_months.months,
        period_months.is_over
    from series
    inner join period_months
        on series.first_month_of_company <= period_months.first_month
        and series.first_month <= period_months.last_month
    where period_months.month_start = period_months.first_month

)

select
    periods.kpi,
    periods.period_type,
    periods.period_start,
    periods.scope_type,
    periods.scope,
    periods.months,
    periods.is_over,
    kpis.unit,
    kpis.direction,
    coalesce(summed.numerator, 0) as numerator,
    case when kpis.aggregation = 'ratio' then coalesce(summed.denominator, 0) end as denominator,
    summed.numerator_squares,
    summed.products,
    summed.denominator_squares,
    cast(case when periods.has_cases then coalesce(summed.cases, 0) end as bigint) as cases,
    case when periods.has_cohorts then {{ ratio('summed.cases', 'summed.entered') }} end as mature_share,
    case
        when kpis.aggregation = 'ratio' then {{ ratio('summed.numerator', 'summed.denominator') }}
        else coalesce(summed.numerator, 0)
    end as period_value
from periods
inner join kpis on periods.kpi = kpis.kpi
left join summed
    on periods.kpi = summed.kpi
    and periods.scope_type = summed.scope_type
    and periods.scope = summed.scope
    and periods.period_type = summed.period_type
    and periods.period_start = summed.period_start
