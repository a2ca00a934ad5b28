-- One row per lead cycle handed to sales: the business time that passed until it was routed, answered and decided,
-- and when an answer and a decision are due.
{% set events = ['handed_over', 'assigned', 'responded', 'decided'] %}
with

instants as (

    select
        instants.*,
        calendars.timezone
    from {{ ref('int_handover__instants') }} as instants
    inner join {{ ref('business_calendars') }} as calendars
        on instants.calendar = calendars.calendar
        and {{ is_valid_on('calendars', reporting_date('instants.handed_over_at')) }}

),

days as (

    select * from {{ ref('int_handover__business_days') }}

),

counted as (

    select
        instants.*
        {%- for event in events %},
        {{ business_seconds_until(event ~ '_day', 'instants.' ~ event ~ '_at') }} as {{ event }}_seconds
        {%- endfor %}
    from instants
    {%- for event in events %}
    left join days as {{ event }}_day
        on instants.calendar = {{ event }}_day.calendar
        and {{ utc_as_local_date('instants.' ~ event ~ '_at', 'instants.timezone') }} = {{ event }}_day.date_day
    {%- endfor %}

)

select
    counted.*,
    {%- for event in events[1:] %}
    {{ double('counted.' ~ event ~ '_seconds - counted.handed_over_seconds') }} / 60 as {{ event }}_minutes,
    {%- endfor %}
    {%- for step in ['response', 'decision'] %}
    {{ plus_seconds(
        step ~ '_day.opens_at',
        '(counted.handed_over_seconds + counted.agreed_' ~ step ~ '_minutes * 60 - ' ~ step ~ '_day.seconds_before)'
    ) }} as {{ step }}_due_at{{ ',' if not loop.last }}
    {%- endfor %}
from counted
{%- for step in ['response', 'decision'] %}
left join days as {{ step }}_day
    on counted.calendar = {{ step }}_day.calendar
    and counted.handed_over_seconds + counted.agreed_{{ step }}_minutes * 60 > {{ step }}_day.seconds_before
    and counted.handed_over_seconds + counted.agreed_{{ step }}_minutes * 60
    <= {{ step }}_day.seconds_before + {{ step }}_day.seconds
{%- endfor %}
