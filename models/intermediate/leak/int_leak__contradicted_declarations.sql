-- One row per lead cycle in which a stage was declared against the agreement, at the first such declaration;
-- open while no declaration of that stage holds.
with

declared as (

    select
        lead_id,
        cycle_number,
        stage,
        happened_at,
        row_number() over (partition by lead_id, cycle_number order by event_number) as declaration_rank
    from {{ ref('int_lifecycle__cycle_events') }}
    where role_in_cycle = 'contradicted'

),

cycles as (

    select * from {{ ref('int_rule__cycles') }}

)

select
    'contradicted_definition' as leak,
    declared.lead_id,
    declared.cycle_number,
    cycles.team,
    cycles.channel,
    declared.happened_at as waiting_since_at,
    declared.happened_at as broke_at,
    cycles.exit_at is null
    and case declared.stage
        {%- for stage in stages() %}
        when '{{ stage }}' then cycles.{{ stage }}_at_observed
        {%- endfor %}
    end is null as is_open
from declared
inner join cycles
    on declared.lead_id = cycles.lead_id
    and declared.cycle_number = cycles.cycle_number
where declared.declaration_rank = 1
