-- One row per calendar day up to `as_of`, with its fiscal period.
with

days as (

    select date_day from {{ ref('int_reporting__days') }}

),

fiscal as (

    select
        date_day,
        cast({{ dbt.dateadd('month', 1 - var('fiscal_year_start_month'), 'date_day') }} as date) as fiscal_day
    from days

)

select
    date_day,
    {{ month_of('date_day') }} as month_start,
    cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start,
    cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start,
    cast(extract(year from fiscal_day) as integer) {{ '+ 1' if var('fiscal_year_start_month') > 1 }}
        as fiscal_year,
    cast(extract(month from fiscal_day) as integer) as fiscal_period,
    {{ is_weekend('date_day') }} as is_weekend,
    date_day = {{ reporting_date(as_of()) }} as is_as_of
from fiscal
