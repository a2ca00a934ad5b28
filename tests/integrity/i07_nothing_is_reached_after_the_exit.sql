-- A row is a stage that a lead cycle reached after it had ended (I07).
-- What follows an exit re-opens the cycle, starts the next one, or sets no date.
-- Look at int_lifecycle__segments: such an event must have the role after_exit.
{% set stages = stages() %}
{% for stage in stages if stage != 'first_touch' %}
select
    lead_cycle_id,
    '{{ stage }}' as stage
from {{ ref('fct_lead_lifecycle') }}
where
    {{ stage }}_at_observed > exit_at
    -- where only the date is known, the same day is not after; the precision is that of the date reported
    and (
        ({{ stage }}_precision = 'second' and not {{ stage }}_is_inferred)
        or {{ reporting_date(stage ~ '_at_observed') }} > {{ reporting_date('exit_at') }}
    )
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
