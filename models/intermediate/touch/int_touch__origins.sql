-- One row per distinct trace of origin (touch type, UTM, referring host, click id, lead source) and channel
-- rule that fits it. An empty cell of a rule fits everything, `(empty)` fits only nothing, % stands for any
-- text. A rule's referrer is a host: it fits that host and those below it.
{% set touch_traits = ['touch_type', 'utm_medium', 'utm_source', 'referrer', 'click_id'] %}
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
        {%- for trait in touch_traits %}
        {{ trait }},
        {%- endfor %}
        '(empty)' as lead_source,
        trace_id
    from touches
    group by {{ touch_traits | join(', ') }}, trace_id
    union all
    select
        {%- for trait in touch_traits %}
        '(empty)',
        {%- endfor %}
        lead_source,
        'lead source ' || lead_source
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
    on traces.lead_source like coalesce(lower(rules.lead_source), '%')
    {%- for trait in touch_traits if trait != 'referrer' %}
    and traces.{{ trait }} like coalesce(lower(rules.{{ trait }}), '%')
    {%- endfor %}
    and '.' || traces.referrer like '%.' || coalesce(lower(rules.referrer), '%')
