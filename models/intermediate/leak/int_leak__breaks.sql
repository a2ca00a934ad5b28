-- One row per leak and lead cycle or opportunity that broke, over all leaks, whether or not the agreement
-- counts them.
{% set leaks = [
    'handovers', 'met_never_handed_over', 'contradicted_declarations', 'accepted_never_worked',
    'unknown_to_a_system', 'recycled_without_nurture'
] %}
{% for leak in leaks %}
select
    leak,
    'lead_cycle' as subject_type,
    lead_id || '-' || cycle_number as subject_key,
    lead_id,
    cycle_number,
    team,
    channel,
    waiting_since_at,
    broke_at,
    is_open
from {{ ref('int_leak__' ~ leak) }}
union all
{% endfor %}
select
    leak,
    'opportunity',
    {{ dbt.hash('opportunity_id') }},
    null,
    null,
    team,
    channel,
    waiting_since_at,
    broke_at,
    is_open
from {{ ref('int_leak__opportunities') }}
