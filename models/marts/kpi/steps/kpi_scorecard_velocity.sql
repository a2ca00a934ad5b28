-- One row per period and scope (the company, each segment) that had open opportunities at its end and won
-- some in it: pipeline velocity, the amount won for each one closed times the open ones, over the median days
-- of those won. A median does not add up, so each scope has its own.
with

closed as (

    select
        measures.scope_type,
        measures.scope,
        period_months.period_type,
        period_months.period_start,
        sum(case when measures.kpi = 'won_amount' then measures.numerator else 0 end) as won_amount,
        sum(case when measures.kpi = 'win_rate' then measures.denominator else 0 end) as closed
    from {{ ref('kpi_scorecard_measures') }} as measures
    inner join {{ ref('int_reporting__period_months') }} as period_months
        on measures.month = period_months.month_start
    where measures.kpi in ('won_amount', 'win_rate')
    group by measures.scope_type, measures.scope, period_months.period_type, period_months.period_start

),

stocks as (

    select
        scope_type,
        scope,
        period_type,
        period_start,
        cases as open_opportunities
    from {{ ref('kpi_scorecard_stocks') }}
    where kpi = 'weighted_pipeline_amount'

),

cycles as (

    select * from {{ ref('kpi_scorecard_medians') }}
    where kpi = 'sales_cycle_days'

)

select
    'pipeline_velocity' as kpi,
    closed.scope_type,
    closed.scope,
    closed.period_type,
    closed.period_start,
    {{ double('closed.won_amount') }} * stocks.open_opportunities as numerator,
    {{ double('closed.closed') }} * cycles.median_value as denominator,
    cast(closed.closed as bigint) as cases
from closed
inner join stocks
    on closed.scope_type = stocks.scope_type
    and closed.scope = stocks.scope
    and closed.period_type = stocks.period_type
    and closed.period_start = stocks.period_start
inner join cycles
    on closed.scope_type = cycles.scope_type
    and closed.scope = cycles.scope
    and closed.period_type = cycles.period_type
    and closed.period_start = cycles.period_start
