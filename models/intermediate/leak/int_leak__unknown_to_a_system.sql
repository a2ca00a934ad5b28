-- One row per leak and lead cycle that marketing automation knows and no CRM, or the reverse, although it
-- reached the stage from which it should be in both. A system with users is a CRM, one with persons and no
-- users is automation; who refused to be written to, or came on a path without MQLs, need not be in it.
{% set systems = {
    'known_to_automation_not_to_crm': ('automation', 'crm'),
    'known_to_crm_not_to_automation': ('crm', 'automation'),
} %}
{% set instant = dbt.dateadd(
    'day', 'cast(' ~ threshold('system_transfer_days') ~ ' as integer)', 'reached.reached_at'
) %}
with

systems as (

    {% for connection in var('connections') -%}
    select
        '{{ connection.name }}' as connection,
        '{{ "crm" if "users" in connection.entities else "automation" }}' as system_kind,
        {{ "persons" in connection.entities }} as has_persons
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

kinds as (

    select
        bool_or(system_kind = 'crm') as has_crm,
        bool_or(system_kind = 'automation') as has_automation
    from systems
    where has_persons

),

known as (

    select
        records.lead_id,
        bool_or(systems.system_kind = 'crm') as in_crm,
        bool_or(systems.system_kind = 'automation') as in_automation
    from {{ ref('int_identity__records') }} as records
    inner join systems
        on records.connection = systems.connection
        and systems.has_persons
    where records.record_kind = 'record'
    group by records.lead_id

),

reached as (

    select
        leaks.leak,
        cycles.lead_id,
        cycles.cycle_number,
        cycles.team,
        cycles.channel,
        cycles.exit_at,
        paths.is_mql_inferred as comes_by_marketing,
        case leaks.stage
            {%- for stage in stages() %}
            when '{{ stage }}' then cycles.{{ stage }}_at
            {%- endfor %}
        end as reached_at
    from {{ ref('int_rule__cycles') }} as cycles
    inner join {{ ref('origin_paths') }} as paths on cycles.origin_path = paths.origin_path
    inner join {{ ref('leaks') }} as leaks
        on leaks.leak in (
            '{{ systems | join("', '") }}'
        )
        and {{ is_valid_on('leaks', reporting_date(as_of())) }}

),

persons as (

    select
        lead_id,
        has_refused
    from {{ ref('int_identity__persons') }}
    where is_identified

)

{% for leak, (knows, lacks) in systems.items() %}
select
    reached.leak,
    reached.lead_id,
    reached.cycle_number,
    reached.team,
    reached.channel,
    reached.reached_at as waiting_since_at,
    {{ instant }} as broke_at,
    reached.exit_at is null as is_open
from reached
inner join persons on reached.lead_id = persons.lead_id
inner join known on reached.lead_id = known.lead_id
inner join kinds on kinds.has_crm and kinds.has_automation
where
    reached.leak = '{{ leak }}'
    and {{ instant }} <= {{ as_of() }}
    and known.in_{{ knows }}
    and not known.in_{{ lacks }}
    {%- if lacks == 'automation' %}
    and not persons.has_refused
    and reached.comes_by_marketing
    {%- endif %}
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
