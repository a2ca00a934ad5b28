-- A row is a stage observed in another number of lead cycles than have an event of it that counts (I19).
-- The funnel and the log of events must tell the same story.
-- Look at int_lifecycle__first_reached: an event that counts was not taken, or one that does not was.
with

facts as (
    {% for stage in stages() %}
    select
        '{{ stage }}' as stage,
        count({{ stage }}_at_observed) as cycles
    from {{ ref('fct_lead_lifecycle') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

first_reached as (

    select
        lead_id,
        cycle_number,
        stage
    from {{ ref('fct_lifecycle_event') }}
    where
        stage is not null
        and verdict <> 'contradicted'
        and role_in_cycle in ('counts', 'starts', 'reopens')
    group by lead_id, cycle_number, stage

),

events as (

    select
        stage,
        count(*) as cycles
    from first_reached
    group by stage

)

select
    facts.stage,
    facts.cycles,
    coalesce(events.cycles, 0) as cycles_with_event
from facts
left join events on facts.stage = events.stage
where facts.cycles <> coalesce(events.cycles, 0)
