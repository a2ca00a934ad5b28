-- One row per lead and cycle: every stage observed in it, side by side.
{% set stages = stages() %}
select
    lead_id,
    cycle_number,
    {%- for stage in stages %}
    max(case when stage = '{{ stage }}' then reached_at end) as {{ stage }}_at_observed,
    max(case when stage = '{{ stage }}' then reached_on end) as {{ stage }}_on,
    max(case when stage = '{{ stage }}' then reached_precision end) as {{ stage }}_precision_observed,
    {%- endfor %}
    max(case when stage = 'inquiry' then evidence end) as inquiry_source,
    max(case when stage = 'mql' then evidence end) as mql_source,
    max(case when stage = 'mql' then verdict end) as mql_verdict,
    max(case when stage = 'mql' then definition_version end) as mql_definition_version
from {{ ref('int_lifecycle__first_reached') }}
group by lead_id, cycle_number
