-- One row per KPI, period (month, rolling three months) and scope, without gaps from the first month with data to the
-- month of `as_of`: the sums of the period, its value and its interval.
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
        case when kpis.unit in ('share', 'currency_per_lead') then coalesce(measures.denominator, 0) end as denominator,
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

),

valued as (

    select
        periods.*,
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

),

-- rates by Wilson; shares of amounts and costs by the delta method; counts by Byar; amounts as compound Poisson sums
spread as (

    select
        *,
        case
            when unit = 'currency_per_lead' then period_value / sqrt(nullif(denominator, 0))
            when unit = 'currency' then sqrt(numerator_squares)
            when unit = 'share' and numerator_squares is not null
                then sqrt(
                    greatest(0, numerator_squares * (1 - 2 * period_value)
                        + period_value * period_value * denominator_squares)
                    * cases / nullif(cases - 1, 0)
                ) / nullif(denominator, 0)
        end as standard_error
    from valued

)

select
    kpi,
    period_type,
    month_start as period_start,
    scope_type,
    scope,
    unit,
    direction,
    period_value,
    numerator,
    denominator,
    cases,
    {%- for side, name, limit in [(-1, 'ci_low', 'greatest(0, '), (1, 'ci_high', '(')] %}
    case
        when unit = 'count' then {{ byar_bound('numerator', side) }}
        when unit = 'share' and numerator_squares is null and denominator > 0
            then {{ wilson_bound('numerator', 'denominator', side) }}
        when standard_error is not null
            then {{ limit }}period_value + {{ side }} * 1.959964 * standard_error)
    end as {{ name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from spread
