-- One row per basis, month, channel and stage: leads of marketing that reached the stage, credited to
-- channels by the default model. For the period each stage counts in its own month, and opportunities as
-- opportunities; for the cohort lead cycles count in the month of the inquiry.
{% set cohort_stages = ['inquiry', 'mql', 'sal', 'sql', 'opportunity'] %}
with

credits as (

    select * from {{ ref('fct_attribution') }}
    where
        is_default
        and is_marketing_sourced

),

period as (

    select
        'period' as basis,
        conversion_month as month,
        channel,
        case when conversion_type = 'pipeline' then 'opportunity' else conversion_type end as stage,
        weight
    from credits
    where conversion_type <> 'revenue'

),

cycle_credits as (

    select
        lifecycle.*,
        credits.conversion_type,
        credits.channel as credited_channel,
        credits.weight
    from credits
    inner join {{ ref('fct_lead_lifecycle') }} as lifecycle on credits.lead_cycle_id = lifecycle.lead_cycle_id
    where
        credits.opportunity_id is null
        and lifecycle.inquiry_at is not null

),

-- a cycle that reached an opportunity is credited as its SQL is: the last stage that is a lead's own
cohort as (
    {% for stage in cohort_stages %}
    select
        'cohort' as basis,
        inquiry_month as month,
        credited_channel as channel,
        '{{ stage }}' as stage,
        weight
    from cycle_credits
    where
        conversion_type = '{{ 'sql' if stage == 'opportunity' else stage }}'
        {%- if stage != 'inquiry' %}
        and is_converted_inquiry_to_{{ stage }}
        {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

reached as (

    select * from period
    union all
    select * from cohort

)

select
    basis,
    month,
    channel,
    stage,
    {{ double('sum(cast(weight as decimal(38, 18)))') }} as leads
from reached
group by basis, month, channel, stage
