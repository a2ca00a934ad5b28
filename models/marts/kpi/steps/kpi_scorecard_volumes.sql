-- One row per KPI of volume, month, channel and segment: lead cycles by stage, opportunities and won
-- deals, and the share of MQLs that are of the target group.
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

),

mqls as (

    select
        lifecycle.mql_month as month,
        lifecycle.channel,
        lifecycle.segment,
        coalesce(leads.is_target_group, false) as is_target_group
    from lifecycle
    left join {{ ref('dim_lead') }} as leads on lifecycle.lead_id = leads.lead_id
    where lifecycle.mql_at is not null

)

select
    kpi,
    month,
    channel,
    segment,
    count(*) as numerator,
    cast(null as bigint) as denominator,
    count(*) as cases
from cases
group by kpi, month, channel, segment
union all
select
    'target_group_share',
    month,
    channel,
    segment,
    sum(case when is_target_group then 1 else 0 end),
    count(*),
    count(*)
from mqls
group by month, channel, segment
