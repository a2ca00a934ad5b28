-- A row is a lead cycle that ended before it reached one of its stages (I07).
-- Stage events after an exit must re-open the cycle.
-- Look at int_lifecycle__exits.
select lead_cycle_id
from {{ ref('fct_lead_lifecycle') }}
where
    exit_at is not null
    and exit_state not in ('won', 'lost')
    and (
        {%- for stage in stages() if stage != 'first_touch' %}
        {{ 'or ' if not loop.first }}{{ stage }}_at_observed > exit_at
        {%- endfor %}
    )
