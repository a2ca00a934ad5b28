-- One row per KPI of time, period and scope: the median of its cases. Medians do not add up, so each period
-- has its own.
with

handovers as (

    select
        *,
        {{ double(seconds_between('handed_over_at', 'decided_at')) }} / 86400 as feedback_days
    from {{ ref('fct_handover') }}
    where verdict <> 'contradicted'

),

-- of what was answered, decided, won: what is still open is counted by other KPIs
cases as (

    select
        'speed_to_lead_minutes' as kpi,
        handover_month as month,
        channel,
        cast(null as {{ dbt.type_string() }}) as segment,
        team,
        {{ double('response_minutes') }} as measure
    from handovers
    where
        is_sla_due
        and is_responded
    union all
    select
        'feedback_lag_days',
        handover_month,
        channel,
        null,
        team,
        feedback_days
    from handovers
    where
        handed_over_precision = 'second'
        and decision in ('accepted', 'rejected')
        and not is_decision_inferred
    union all
    select
        'sales_cycle_days',
        {{ month_of(reporting_date('won_at')) }},
        channel,
        segment,
        null,
        {{ double(seconds_between('opportunity_at', 'won_at')) }} / 86400
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and is_won
        -- an entry that nobody observed tells nothing about time
        and not is_entry_from_opening
    union all
    select
        'stage_duration_days',
        {{ month_of('passages.arrived_date') }},
        passages.channel,
        passages.segment,
        null,
        passages.passage_days
    from {{ ref('fct_stage_passage') }} as passages
    inner join {{ ref('qualified_lead_stage') }} as qualified
        on passages.from_stage = 'inquiry'
        and passages.to_stage = qualified.stage
        and {{ is_valid_on('qualified', reporting_date(as_of())) }}
    where passages.passage_days is not null

),

scoped as (
    {% for scope_type in ['company', 'channel', 'segment', 'team'] %}
    select
        kpi,
        month,
        '{{ scope_type }}' as scope_type,
        {{ "'company'" if scope_type == 'company' else scope_type }} as scope,
        measure
    from cases
    {%- if scope_type != 'company' %}
    where {{ scope_type }} is not null
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    scoped.kpi,
    scoped.scope_type,
    scoped.scope,
    period_months.period_type,
    period_months.period_start,
    count(scoped.measure) as cases,
    {{ percentile('scoped.measure', 0.5) }} as median_value,
    {{ percentile('scoped.measure', 0.75) }} - {{ percentile('scoped.measure', 0.25) }} as quartile_range
from scoped
inner join {{ ref('int_reporting__period_months') }} as period_months
    on scoped.month = period_months.month_start
group by scoped.kpi, scoped.scope_type, scoped.scope, period_months.period_type, period_months.period_start
