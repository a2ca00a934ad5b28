-- A row is a business calendar and a year in which its country has no public holiday in the seed.
-- Business would be open on every one of them, and answers would be due too early.
-- Add the country or the year to `leitstand holidays`, or leave the country of the calendar empty.
select
    calendars.calendar,
    extract(year from days.date_day) as calendar_year
from {{ ref('business_calendars') }} as calendars
inner join {{ ref('int_handover__business_days') }} as days on calendars.calendar = days.calendar
left join {{ ref('public_holidays') }} as holidays
    on calendars.country = holidays.country
    and days.date_day = holidays.holiday_date
where calendars.country is not null
group by calendars.calendar, extract(year from days.date_day)
having
    count(holidays.holiday_date) = 0
    -- a year of which the calendar has but a few days may have none
    and count(*) > 180
