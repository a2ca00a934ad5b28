-- One row per currency and calendar day: the rate published last, carried forward over closed days, and that
-- of the reporting currency beside it.
with

published as (

    select
        currency,
        rate_date,
        units_per_euro,
        lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
    from {{ ref('int_unified__fx_rates') }}

),

days as (

    select date_day from {{ ref('int_reporting__days') }}

),

carried as (

    select
        published.currency,
        days.date_day,
        published.units_per_euro,
        published.rate_date
    from days
    inner join published
        on published.rate_date <= days.date_day
        and (published.next_rate_date is null or published.next_rate_date > days.date_day)
        and {{ days_between('published.rate_date', 'days.date_day') }} <= {{ threshold('rate_carry_days') }}

),

euro as (

    select
        'EUR' as currency,
        date_day,
        cast(1 as decimal(18, 6)) as units_per_euro,
        date_day as rate_date
    from days

),

rates as (

    select * from carried
    union all
    select * from euro

)

select
    rates.currency,
    rates.date_day,
    rates.units_per_euro,
    rates.rate_date,
    reporting.units_per_euro as reporting_units_per_euro
from rates
left join rates as reporting
    on reporting.currency = '{{ var("reporting_currency") }}'
    and rates.date_day = reporting.date_day
