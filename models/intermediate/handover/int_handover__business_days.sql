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

opened as (

    select
        calendar_days.calendar,
        calendar_days.timezone,
        calendar_days.date_day,
        {%- for end in ['opens_at', 'closes_at'] %}
        {{ local_time_as_utc(
            "cast(cast(calendar_days.date_day as " ~ dbt.type_string() ~ ") || ' ' || hours." ~ end
            ~ " as timestamp)",
            'calendar_days.timezone'
        ) }} as {{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from calendar_days
    left join closed
        on calendar_days.calendar = closed.calendar
        and calendar_days.date_day = closed.date_day
    left join {{ ref('business_hours') }} as hours
        on calendar_days.calendar = hours.calendar
        and {{ weekday('calendar_days.date_day') }} = hours.weekday
        and closed.calendar is null
        and {{ is_valid_on('hours', 'calendar_days.date_day') }}

),

measured as (

    select
        *,
        coalesce({{ seconds_between('opens_at', 'closes_at') }}, 0) as seconds
    from opened

)

select
    *,
    cast(coalesce(sum(seconds) over (
        partition by calendar order by date_day rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as seconds_before
from measured
