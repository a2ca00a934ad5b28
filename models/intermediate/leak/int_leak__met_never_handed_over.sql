-- One row per lead cycle that met the rule of an MQL and was not handed over some days later: no system
-- declared it, and sales did not accept it either.
{% set due = dbt.dateadd(
    'day', 'cast(' ~ threshold('system_transfer_days') ~ ' as integer)', 'undeclared.met_at'
) %}
select
    'met_never_handed_over' as leak,
    cycles.lead_id,
    cycles.cycle_number,
    cycles.team,
    cycles.channel,
    undeclared.met_at as waiting_since_at,
    {{ due }} as broke_at,
    cycles.sal_at is null and cycles.exit_at is null as is_open
from {{ ref('int_qualification__undeclared') }} as undeclared
inner join {{ ref('int_rule__cycles') }} as cycles
    on undeclared.lead_id = cycles.lead_id
    and undeclared.cycle_number = cycles.cycle_number
where
    {{ due }} <= {{ as_of() }}
    and coalesce(cycles.sal_at > {{ due }}, true)
