-- A row is a stage observed in a lead cycle without an event of it that counts, or the reverse (I19).
-- The funnel and the log of events must tell the same story.
-- Look at int_lifecycle__first_reached: an event that counts was not taken, or one that does not was.
with

facts as (
    {% for stage in stages() %}
    select
        lead_id,
        cycle_number,
        '{{ stage }}' as stage
    from {{ ref('fct_lead_lifecycle') }}
    where {{ stage }}_at_observed is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

events as (

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

)

select
    coalesce(facts.lead_id, events.lead_id) as lead_id,
    coalesce(facts.cycle_number, events.cycle_number) as cycle_number,
    coalesce(facts.stage, events.stage) as stage
from facts
full outer join events
    on facts.lead_id = events.lead_id
    and facts.cycle_number = events.cycle_number
    and facts.stage = events.stage
where
    facts.lead_id is null
    or events.lead_id is null
