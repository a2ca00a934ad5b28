-- One row per lead cycle and stage reached: whether the stage was observed and not inferred (I42).
{% set stages = stages() %}
{% for stage in stages if stage != 'first_touch' %}
select
    'I42A' as rule,
    'stage' as subject_type,
    lead_cycle_id || '-' || '{{ stage }}' as subject_key,
    {{ stage }}_at as examined_at,
    team,
    channel,
    {{ rule_outcome('not ' ~ stage ~ '_is_inferred') }} as outcome
from {{ ref('int_rule__cycles') }}
where {{ stage }}_at is not null
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
