-- One row per basis, month, channel and stage: leads of marketing that reached the stage. For the period each
-- stage counts in its own month, for the cohort in the month of the inquiry.
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced

),

reached as (
    {% for stage in ['inquiry', 'mql', 'sal', 'sql', 'opportunity'] %}
    select
        'period' as basis,
        {{ stage }}_month as month,
        channel,
        '{{ stage }}' as stage
    from lifecycle
    where {{ stage }}_at is not null
    union all
    select
        'cohort',
        inquiry_month,
        channel,
        '{{ stage }}'
    from lifecycle
    where
        inquiry_at is not null
        {%- if stage != 'inquiry' %}
        and is_converted_inquiry_to_{{ stage }}
        {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    basis,
    month,
    channel,
    stage,
    count(*) as leads
from reached
group by basis, month, channel, stage
