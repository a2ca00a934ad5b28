-- One row per calendar day up to `as_of`, with its fiscal period, and whether the company works on it.
with

days as (

    select date_day from {{ ref('int_reporting__days') }}

),

fiscal as (

    select
        date_day,
        cast({{ dbt.dateadd('month', 1 - var('fiscal_year_start_month'), 'date_day') }} as date) as fiscal_day
    from days

),

-- business of the company's own calendar
business as (

    select
        date_day,
        seconds > 0 as is_open
    from {{ ref('int_handover__business_days') }}
    where calendar = 'company'

)

select
    fiscal.date_day,
    {{ month_of('fiscal.date_day') }} as month_start,
    cast({{ dbt.date_trunc('quarter', 'fiscal.date_day') }} as date) as quarter_start,
    cast({{ dbt.date_trunc('week', 'fiscal.date_day') }} as date) as week_start,
    cast(extract(year from fiscal.fiscal_day) as integer) {{ '+ 1' if var('fiscal_year_start_month') > 1 }}
        as fiscal_year,
    cast(extract(quarter from fiscal.fiscal_day) as integer) as fiscal_quarter,
    {{ fiscal_quarter_of('fiscal.date_day') }} as fiscal_quarter_start,
    cast(extract(month from fiscal.fiscal_day) as integer) as fiscal_period,
    {{ is_weekend('fiscal.date_day') }} as is_weekend,
    -- before the calendar begins every weekday counts
    coalesce(business.is_open, not {{ is_weekend('fiscal.date_day') }}) as is_working_day,
    fiscal.date_day = {{ reporting_date(as_of()) }} as is_as_of
from fiscal
left join business on fiscal.date_day = business.date_day
