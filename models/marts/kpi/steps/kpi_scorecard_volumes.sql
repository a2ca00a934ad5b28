-- One row per KPI of volume, month, channel and segment: lead cycles by stage, opportunities and won deals.
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}

),

opportunities as (

    select * from {{ ref('fct_opportunity') }}

),

cases as (
    {% for kpi, stage in {'inquiries': 'inquiry', 'mqls': 'mql', 'sals': 'sal', 'sqls': 'sql'}.items() %}
    select
        '{{ kpi }}' as kpi,
        {{ stage }}_month as month,
        channel,
        segment
    from lifecycle
    where {{ stage }}_at is not null
    union all
    {%- endfor %}
    select
        'opportunities',
        opportunity_month,
        channel,
        segment
    from opportunities
    where is_new_pipeline
    union all
    select
        'wins',
        {{ month_of(reporting_date('won_at')) }},
        channel,
        segment
    from opportunities
    where
        is_won
        and opportunity_type <> 'renewal'

)

select
    kpi,
    month,
    channel,
    segment,
    count(*) as numerator,
    count(*) as cases
from cases
group by kpi, month, channel, segment
