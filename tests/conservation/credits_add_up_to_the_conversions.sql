-- A row is a month and type of conversion of which a model credits more or less than the facts hold.
-- Every model must credit every conversion once, and its amount to the cent, (no touch) included.
-- Look at int_attribution__converted, and at campaigns without a row in dim_campaign.
{% set stages = ['inquiry', 'mql', 'sal', 'sql'] %}
with

credited as (

    select
        kpi.month,
        kpi.conversion_type,
        kpi.attribution_model,
        sum(kpi.credited_conversions) as conversions,
        sum(coalesce(kpi.credited_amount, 0)) as amount
    from {{ ref('kpi_attribution') }} as kpi
    group by kpi.month, kpi.conversion_type, kpi.attribution_model

),

facts as (
    {% for stage in stages %}
    select
        {{ stage }}_month as month,
        '{{ stage }}' as conversion_type,
        count(*) as conversions,
        0 as amount
    from {{ ref('fct_lead_lifecycle') }}
    where {{ stage }}_at is not null
    group by {{ stage }}_month
    union all
    {%- endfor %}
    select
        opportunity_month,
        'pipeline',
        count(*),
        sum(coalesce(entry_amount, 0))
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline
    group by opportunity_month
    union all
    select
        {{ month_of(reporting_date('won_at')) }},
        'revenue',
        count(*),
        sum(coalesce(won_amount, 0))
    from {{ ref('fct_opportunity') }}
    where
        is_won
        and opportunity_type <> 'renewal'
    group by {{ month_of(reporting_date('won_at')) }}

)

select
    facts.month as fact_month,
    facts.conversion_type as fact_type,
    credited.month,
    credited.conversion_type,
    credited.attribution_model
from facts
full outer join credited
    on facts.month = credited.month
    and facts.conversion_type = credited.conversion_type
where
    facts.month is null
    or credited.month is null
    or abs(facts.conversions - credited.conversions) > 1e-6
    or facts.amount <> credited.amount
