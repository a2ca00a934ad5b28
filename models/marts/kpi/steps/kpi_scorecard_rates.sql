-- One row per KPI of conversion, month, channel and segment. A rate belongs to the month in which the window
-- of its leads ended.
{% set rates = {
    'first_touch_to_inquiry_rate': ('first_touch', 'inquiry'),
    'inquiry_to_mql_rate': ('inquiry', 'mql'),
    'mql_to_sal_rate': ('mql', 'sal'),
    'first_touch_to_sal_rate': ('first_touch', 'sal'),
    'inquiry_to_sal_rate': ('inquiry', 'sal'),
} %}
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced

),

windows as (

    select * from {{ ref('int_reporting__stage_windows') }}

),

visitors as (

    select count(*) as visitors from {{ ref('fct_lead_lifecycle') }}
    where not is_identified

),

cohorts as (
    {% for kpi, (from_stage, to_stage) in rates.items() %}
    {%- set pair = from_stage ~ '_to_' ~ to_stage %}
    select
        '{{ kpi }}' as kpi,
        {{ dbt.dateadd('hour', '24 * windows.' ~ pair, 'lifecycle.' ~ from_stage ~ '_at') }}
            as window_ended_at,
        lifecycle.channel,
        lifecycle.segment,
        lifecycle.is_matured_{{ pair }} as is_matured,
        lifecycle.is_converted_{{ pair }} as is_converted
    from lifecycle
    cross join windows
    {%- if from_stage == 'first_touch' %}
    inner join visitors
        on visitors.visitors > 0
        and lifecycle.is_first_cycle
    {%- endif %}
    where lifecycle.{{ from_stage }}_at is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

dated as (

    select
        kpi,
        {{ month_of(reporting_date('window_ended_at')) }} as month,
        channel,
        segment,
        is_matured,
        is_converted
    from cohorts

)

select
    kpi,
    month,
    channel,
    segment,
    sum(case when is_matured and is_converted then 1 else 0 end) as numerator,
    sum(case when is_matured then 1 else 0 end) as denominator,
    sum(case when is_matured then 1 else 0 end) as cases,
    count(*) as entered
from dated
where month <= {{ month_of(reporting_date(as_of())) }}
group by kpi, month, channel, segment
