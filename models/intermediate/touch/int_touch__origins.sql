-- One row per distinct trace of origin (touch type, UTM, referring host, click id, lead source) and channel rule that
-- fits it. An empty cell of a rule fits everything, `(empty)` fits only nothing, % stands for any text.
{% set traits = ['touch_type', 'utm_medium', 'utm_source', 'referrer', 'click_id', 'lead_source'] %}
with

touches as (

    select * from {{ ref('int_touch__traces') }}

),

lead_sources as (

    select lead_source from {{ ref('int_identity__persons') }}
    where lead_source is not null
    group by lead_source

),

traces as (

    select
        trace_id,
        {%- for trait in traits %}
        {{ trait if trait != 'lead_source' else "'(empty)'" }} as {{ trait }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from touches
    group by 1, 2, 3, 4, 5, 6
    union all
    select
        'lead source ' || lead_source,
        {%- for trait in traits %}
        {{ trait if trait == 'lead_source' else "'(empty)'" }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from lead_sources

),

rules as (

    select * from {{ ref('channel_rules') }}

)

select
    traces.trace_id,
    traces.lead_source,
    rules.rule_order,
    rules.channel,
    rules.valid_from,
    rules.valid_to
from traces
inner join rules
    on
    {%- for trait in traits %}
    {{ 'and ' if not loop.first }}traces.{{ trait }} like coalesce(lower(rules.{{ trait }}), '%')
    {%- endfor %}
