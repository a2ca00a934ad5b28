-- One row per lead and cycle, from first touch to won.
{% set stages = stages() %}
with

cycles as (

    select
        *,
        min(mql_at) over (
            partition by lead_id order by cycle_number rows between 1 following and unbounded following
        ) as next_mql_at,
        case
            when exit_state in ('rejected', 'recycled')
                then {{ dbt.dateadd(
                    'day', 'cast(' ~ threshold('requalification_days') ~ ' as integer)', 'exit_at'
                ) }}
        end as requalifies_until,
        {{ dbt.dateadd('hour', 'cast(24 * ' ~ threshold('recycle_days') ~ ' as integer)', 'sal_at') }}
            as recycles_until
    from {{ ref('int_lifecycle__cycles') }}

),

windows as (

    select * from {{ ref('int_reporting__stage_windows') }}

)

select
    cycles.lead_id || '-' || cycles.cycle_number as lead_cycle_id,
    cycles.lead_id,
    cast(cycles.cycle_number as integer) as cycle_number,

    ---------- dimensions
    cycles.account_id,
    cycles.origin_path,
    cycles.channel,
    cycles.segment,
    cycles.region,
    cycles.is_identified,
    cycles.origin_path = 'marketing' as is_marketing_sourced,
    cycles.cycle_number = 1 as is_first_cycle,
    coalesce(cycles.inquiry_source, '(not set)') as inquiry_source,
    coalesce(cycles.mql_source, '(not set)') as mql_source,
    coalesce(cycles.mql_verdict, '(not set)') as mql_verdict,
    coalesce(cycles.mql_definition_version, '(not set)') as mql_definition_version,
    undeclared.met_at as mql_undeclared_at,
    {{ reporting_date('undeclared.met_at') }} as mql_undeclared_date,
    coalesce(undeclared.definition_version, '(not set)') as mql_undeclared_version,
    cycles.started_at,
    cycles.person_first_touch_at,

    ---------- stages
    {%- for stage in stages %}
    cycles.{{ stage }}_at,
    cycles.{{ stage }}_at_observed,
    cycles.{{ stage }}_is_inferred,
    cycles.{{ stage }}_precision,
    {{ reporting_date('cycles.' ~ stage ~ '_at') }} as {{ stage }}_date,
    {{ month_of(reporting_date('cycles.' ~ stage ~ '_at')) }} as {{ stage }}_month,
    {%- endfor %}

    ---------- exit
    cycles.exit_state,
    cycles.exit_at,
    cycles.exit_reason,
    cycles.is_reopened,
    cycles.requalifies_until is not null
    and cycles.requalifies_until <= {{ as_of() }} as is_matured_requalification,
    coalesce(cycles.next_mql_at <= cycles.requalifies_until, false) as is_requalified,
    {{ reporting_date('cycles.requalifies_until') }} as requalification_date,
    coalesce(cycles.recycles_until <= {{ as_of() }}, false) as is_matured_recycle,
    coalesce(cycles.exit_state = 'recycled' and cycles.exit_at <= cycles.recycles_until, false)
        as is_recycled,
    {{ reporting_date('cycles.recycles_until') }} as recycle_date,
    coalesce(
        cycles.exit_at <= {{ dbt.dateadd('hour', '24 * windows.inquiry_to_won', 'cycles.inquiry_at') }}, false
    ) as is_ended,
    {{ reporting_date(dbt.dateadd('hour', '24 * windows.inquiry_to_won', 'cycles.inquiry_at')) }}
        as outcome_date,

    ---------- windows
    {%- for from_stage, to_stage in funnel_pairs() %}
    {%- set pair = from_stage ~ '_to_' ~ to_stage %}
    coalesce({{ is_matured('cycles.' ~ from_stage ~ '_at', 'windows.' ~ pair) }}, false)
        as is_matured_{{ pair }},
    cycles.{{ from_stage }}_at is not null
    and {{ is_within_window('cycles.' ~ from_stage, 'cycles.' ~ to_stage, 'windows.' ~ pair) }}
        as is_converted_{{ pair }},
    {%- endfor %}

    ---------- irregularities
    coalesce(
        {{ reporting_date('cycles.won_at_observed') }} < {{ reporting_date('cycles.asked_at') }},
        false
    ) as is_won_before_inquiry,
    cycles.is_touch_after_inquiry,
    cycles.backward_moves
from cycles
cross join windows
left join {{ ref('int_qualification__undeclared') }} as undeclared
    on cycles.lead_id = undeclared.lead_id
    and cycles.cycle_number = undeclared.cycle_number
