-- One row per lead cycle handed to sales: the seconds of business that its calendar had had when it was
-- handed over, assigned, answered and decided.
{% set events = ['handed_over', 'assigned', 'responded', 'decided'] %}
with

instants as (

    select * from {{ ref('int_handover__instants') }}

),

days as (

    select * from {{ ref('int_handover__business_days') }}

),

happened as (
    {% for event in events %}
    select
        lead_id,
        cycle_number,
        calendar,
        '{{ event }}' as event,
        {{ event }}_at as happened_at
    from instants
    where {{ event }}_at is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

counted as (

    select
        happened.lead_id,
        happened.cycle_number,
        happened.event,
        {{ business_seconds_until('days', 'happened.happened_at') }} as seconds
    from happened
    inner join {{ ref('business_calendars') }} as calendars
        on happened.calendar = calendars.calendar
        and {{ is_valid_on('calendars', reporting_date('happened.happened_at')) }}
    inner join days
        on happened.calendar = days.calendar
        and {{ utc_as_local_date('happened.happened_at', 'calendars.timezone') }} = days.date_day

)

select
    lead_id,
    cycle_number,
    {%- for event in events %}
    max(case when event = '{{ event }}' then seconds end) as {{ event }}_seconds
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from counted
group by lead_id, cycle_number
