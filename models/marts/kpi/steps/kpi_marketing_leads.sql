-- One row per basis, month, channel and stage: leads of marketing that reached the stage. For the period each
-- stage counts in its own month, and opportunities as opportunities; for the cohort lead cycles count in the
-- month of the inquiry.
{% set lead_stages = ['inquiry', 'mql', 'sal', 'sql'] %}
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced

),

reached as (
    {% for stage in lead_stages %}
    select
        'period' as basis,
        {{ stage }}_month as month,
        channel,
        '{{ stage }}' as stage
    from lifecycle
    where {{ stage }}_at is not null
    union all
    {%- endfor %}
    {% for stage in lead_stages + ['opportunity'] %}
    select
        'cohort' as basis,
        inquiry_month as month,
        channel,
        '{{ stage }}' as stage
    from lifecycle
    where
        inquiry_at is not null
        {%- if stage != 'inquiry' %}
        and is_converted_inquiry_to_{{ stage }}
        {%- endif %}
    union all
    {%- endfor %}
    select
        'period' as basis,
        opportunity_month as month,
        channel,
        'opportunity' as stage
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and is_marketing_sourced

)

select
    basis,
    month,
    channel,
    stage,
    count(*) as leads
from reached
group by basis, month, channel, stage
