-- A row is a pair of stages of a lead cycle of which the later one is dated before the earlier one (I02).
-- A later stage implies the earlier ones, so that no lead converts backwards.
-- Look at the suffix minimum in int_lifecycle__cycles.
{% for earlier, later in funnel_pairs() %}
select
    lead_cycle_id,
    '{{ earlier }}' as earlier_stage,
    '{{ later }}' as later_stage
from {{ ref('fct_lead_lifecycle') }}
where {{ earlier }}_at > {{ later }}_at
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
