-- A row is a KPI and month whose channels, segments or teams do not add up to the company.
-- A scope that is lost or counted twice would show a part of the company better or worse than it is.
-- Look at the step of the KPI: a dimension value is empty, or a join there repeats rows.
-- Medians do not add up, nor does velocity with its own; budget and coverage have only scopes with a plan.
with

monthly as (

    select
        kpi,
        period_start,
        scope_type,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('kpi_scorecard') }}
    where
        period_type = 'month'
        and kpi not in (
            'budget_variance_amount', 'budget_variance_rate', 'pipeline_coverage', 'pipeline_velocity'
        )
    group by kpi, period_start, scope_type

),

company as (

    select * from monthly
    where scope_type = 'company'

),

parts as (

    select * from monthly
    where scope_type <> 'company'

)

select
    parts.kpi,
    parts.period_start,
    parts.scope_type,
    parts.numerator as numerator_of_parts,
    company.numerator as numerator_of_company
from parts
left join company
    on parts.kpi = company.kpi
    and parts.period_start = company.period_start
where
    company.kpi is null
    or abs(coalesce(parts.numerator, 0) - coalesce(company.numerator, 0)) > 0.001
    or abs(coalesce(parts.denominator, 0) - coalesce(company.denominator, 0)) > 0.001
