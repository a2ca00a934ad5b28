-- One row per reporting period up to the month of `as_of` and month in it: the month, the three months that
-- end with it, the fiscal quarter, the fiscal year to date; and the rolling periods that single KPIs ask for.
-- The running quarter has months still to come.
with

months as (

    select {{ month_of('date_day') }} as month_start from {{ ref('int_reporting__days') }}
    group by {{ month_of('date_day') }}

),

fiscal as (

    select
        month_start,
        cast(extract(month from {{
            dbt.dateadd('month', 1 - var('fiscal_year_start_month'), 'month_start')
        }}) as integer) as fiscal_period
    from months

),

asked as (

    select rolling_months from {{ ref('kpis') }}
    where rolling_months is not null
    group by rolling_months

),

-- by its own month, the last one for those that reach back
periods as (

    select
        'month' as period_type,
        month_start as period_start,
        cast(month_start as date) as first_month,
        1 as months,
        cast(null as integer) as rolling_months
    from fiscal
    union all
    select
        'rolling_3_months',
        month_start,
        cast({{ dbt.dateadd('month', -2, 'month_start') }} as date),
        3,
        null
    from fiscal
    union all
    select
        'rolling_' || cast(asked.rolling_months as {{ dbt.type_string() }}) || '_months',
        fiscal.month_start,
        cast({{ dbt.dateadd('month', '1 - asked.rolling_months', 'fiscal.month_start') }} as date),
        asked.rolling_months as months,
        asked.rolling_months
    from fiscal
    cross join asked
    union all
    select
        'year_to_date',
        month_start,
        cast({{ dbt.dateadd('month', '1 - fiscal_period', 'month_start') }} as date),
        fiscal_period,
        null
    from fiscal
    union all
    select
        'quarter',
        month_start,
        cast(month_start as date),
        3,
        null
    from fiscal
    where fiscal_period in (1, 4, 7, 10)

),

numbers as (

    {{ dbt.generate_series(12) }}

)

select
    periods.period_type,
    periods.period_start,
    periods.first_month,
    cast({{ dbt.dateadd('month', 'periods.months - 1', 'periods.first_month') }} as date) as last_month,
    cast({{ dbt.dateadd('month', 'numbers.generated_number - 1', 'periods.first_month') }} as date)
        as month_start,
    periods.months,
    periods.rolling_months,
    {{ dbt.dateadd('month', 'periods.months', 'periods.first_month') }} <= {{ reporting_date(as_of()) }}
        as is_over
from periods
inner join numbers on numbers.generated_number <= periods.months
