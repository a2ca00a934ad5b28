-- A row is an observed stage of a lead cycle without an event at that instant (I14).
-- Every stage date must lead back to the record that proves it.
-- Dates without a time of day are placed within their day and are left out here.
{% for stage in stages() %}
select
    cycles.lead_cycle_id,
    '{{ stage }}' as stage
from {{ ref('fct_lead_lifecycle') }} as cycles
left join {{ ref('fct_lifecycle_event') }} as events
    on cycles.lead_id = events.lead_id
    and events.stage = '{{ stage }}'
    and cycles.{{ stage }}_at = events.happened_at
where
    cycles.{{ stage }}_at is not null
    and not cycles.{{ stage }}_is_inferred
    and cycles.{{ stage }}_precision = 'second'
    and events.lead_id is null
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
