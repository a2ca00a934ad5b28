-- One row per business calendar and day, up to a quarter of a year after `as_of`: when business opens and
-- closes (UTC), and the seconds of business before. Closed days have none.
{% set history_start = "cast('" ~ var('history_start') ~ "' as date)" %}
with

numbers as (

    {{ dbt.generate_series(20000) }}

),

days as (

    select cast({{ dbt.dateadd('day', 'generated_number - 1', history_start) }} as date) as date_day
    from numbers

),

calendar_days as (

    select
        calendars.calendar,
        calendars.country,
        calendars.subdivision,
        calendars.timezone,
        days.date_day
    from {{ ref('business_calendars') }} as calendars
    cross join days
    where
        {{ is_valid_on('calendars', 'days.date_day') }}
        and days.date_day <= cast({{ dbt.dateadd('day', 92, as_of()) }} as date)

),

closed as (

    select
        calendar_days.calendar,
        calendar_days.date_day
    from calendar_days
    inner join {{ ref('public_holidays') }} as holidays
        on calendar_days.country = holidays.country
        and (holidays.subdivision is null or calendar_days.subdivision = holidays.subdivision)
        and calendar_days.date_day = holidays.holiday_date
    union
    select
        calendar_days.calendar,
        calendar_days.date_day
    from calendar_days
    inner join {{ ref('business_closures') }} as closures
        on calendar_days.calendar = closures.calendar
        and calendar_days.date_day = closures.closed_on

),

scheduled as (

    select
        calendar_days.calendar,
        calendar_days.timezone,
        calendar_days.date_day,
        cast(cast(calendar_days.date_day as {{ dbt.type_string() }}) || ' ' || hours.opens_at as timestamp)
            as local_opens_at,
        cast(cast(calendar_days.date_day as {{ dbt.type_string() }}) || ' ' || hours.closes_at as timestamp)
            as local_closes_at
    from calendar_days
    left join closed
        on calendar_days.calendar = closed.calendar
        and calendar_days.date_day = closed.date_day
    left join {{ ref('business_hours') }} as hours
        on calendar_days.calendar = hours.calendar
        and hours.weekday = {{ weekday('calendar_days.date_day') }}
        and closed.calendar is null
        and {{ is_valid_on('hours', 'calendar_days.date_day') }}

),

opened as (

    select
        calendar,
        timezone,
        date_day,
        {{ local_time_as_utc('local_opens_at', 'timezone') }} as opens_at,
        {{ local_time_as_utc('local_closes_at', 'timezone') }} as closes_at
    from scheduled

),

measured as (

    select
        *,
        case when opens_at is null then 0 else {{ seconds_between('opens_at', 'closes_at') }} end as seconds
    from opened

)

select
    *,
    cast(coalesce(sum(seconds) over (
        partition by calendar order by date_day rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as seconds_before
from measured
