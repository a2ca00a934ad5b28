-- One row per month up to a quarter of a year after `as_of`: the working days of the company's calendar, and
-- how many of them are over.
with

days as (

    select
        {{ month_of('date_day') }} as month_start,
        date_day < {{ reporting_date(as_of()) }} as is_over
    from {{ ref('int_handover__business_days') }}
    where
        calendar = 'company'
        and opens_at is not null

)

select
    month_start,
    cast(count(*) as integer) as working_days,
    cast(sum(case when is_over then 1 else 0 end) as integer) as working_days_over
from days
group by month_start
