-- One row per lead cycle handed to sales: the business time that passed until it was routed, answered and
-- decided, and when an answer and a decision are due.
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
        and {{ event }}_day.date_day
        = {{ utc_as_local_date('instants.' ~ event ~ '_at', 'instants.timezone') }}
    {%- endfor %}

)

select
    counted.*,
    {%- for event in events[1:] %}
    {{ double('counted.' ~ event ~ '_seconds - counted.handed_over_seconds') }} / 60 as {{ event }}_minutes,
    {%- endfor %}
    {{ plus_seconds(
        'response_day.opens_at',
        '(counted.handed_over_seconds + counted.agreed_response_minutes * 60 - response_day.seconds_before)'
    ) }} as response_due_at,
    {{ plus_seconds(
        'decision_day.opens_at',
        '(counted.handed_over_seconds + counted.agreed_decision_minutes * 60 - decision_day.seconds_before)'
    ) }} as decision_due_at
from counted
-- the day on which the business time agreed runs out
{%- for step in ['response', 'decision'] %}
left join days as {{ step }}_day
    on counted.calendar = {{ step }}_day.calendar
    and counted.handed_over_seconds + counted.agreed_{{ step }}_minutes * 60 > {{ step }}_day.seconds_before
    and counted.handed_over_seconds + counted.agreed_{{ step }}_minutes * 60
    <= {{ step }}_day.seconds_before + {{ step }}_day.seconds
{%- endfor %}
