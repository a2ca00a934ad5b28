-- One row per KPI, period (month, rolling three months) and scope, without gaps from the first month with
-- data to the month of `as_of`: the sums of the period and its value.
with

measures as (

    select * from {{ ref('kpi_scorecard_measures') }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

months as (

    select month_start from {{ ref('dim_date') }}
    group by month_start

),

series as (

    select
        kpi,
        scope_type,
        scope,
        min(month) as first_month
    from measures
    group by kpi, scope_type, scope

),

monthly as (

    select
        series.kpi,
        series.scope_type,
        series.scope,
        months.month_start,
        coalesce(measures.numerator, 0) as numerator,
        case
            when kpis.unit in ('share', 'currency_per_lead') then coalesce(measures.denominator, 0)
        end as denominator,
        measures.numerator_squares,
        measures.denominator_squares,
        case when series.kpi <> 'marketing_cost_amount' then coalesce(measures.cases, 0) end as cases
    from series
    inner join months on months.month_start >= series.first_month
    inner join kpis on series.kpi = kpis.kpi
    left join measures
        on series.kpi = measures.kpi
        and series.scope_type = measures.scope_type
        and series.scope = measures.scope
        and months.month_start = measures.month

),

periods as (

    select
        *,
        'month' as period_type,
        1 as months
    from monthly
    union all
    select
        kpi,
        scope_type,
        scope,
        month_start,
        sum(numerator) over three_months,
        sum(denominator) over three_months,
        sum(numerator_squares) over three_months,
        sum(denominator_squares) over three_months,
        cast(sum(cases) over three_months as bigint),
        'rolling_3_months',
        count(*) over three_months
    from monthly
    window three_months as (
        partition by kpi, scope_type, scope order by month_start rows between 2 preceding and current row
    )

)

select
    periods.kpi,
    periods.period_type,
    periods.month_start as period_start,
    periods.scope_type,
    periods.scope,
    cast(periods.months as integer) as months,
    periods.numerator,
    periods.denominator,
    periods.numerator_squares,
    periods.denominator_squares,
    periods.cases,
    kpis.unit,
    kpis.direction,
    case
        when kpis.unit in ('share', 'currency_per_lead')
            then {{ ratio('periods.numerator', 'periods.denominator') }}
        else periods.numerator
    end as period_value
from periods
inner join kpis on periods.kpi = kpis.kpi
where periods.period_type = 'month' or periods.months = 3
