-- Question: Where do we stand against plan since the fiscal year began?
-- How to read: Whole months of the fiscal year of the last whole month, for KPIs with a plan in each of
-- them. Counts and amounts are summed, and so is their plan; rates and costs are ratios of sums against
-- the mean of the plans. `attainment` above 1 is better than plan for every KPI: of costs it is plan by
-- actual.
-- Columns: kpi, label_en, unit, months, value_to_date, plan_to_date, attainment
with

today as (

    select month_start as this_month
    from {{ ref('dim_date') }}
    where is_as_of

),

months as (

    select
        dates.month_start,
        dates.fiscal_year,
        max(dates.fiscal_year) over () as last_fiscal_year
    from {{ ref('dim_date') }} as dates
    inner join today on dates.month_start < today.this_month
    group by dates.month_start, dates.fiscal_year

),

summed as (

    select
        scorecard.kpi,
        scorecard.label_en,
        scorecard.unit,
        count(*) as months,
        case
            when count(scorecard.denominator) > 0
                then {{ ratio('sum(scorecard.numerator)', 'sum(scorecard.denominator)') }}
            else sum(scorecard.numerator)
        end as value_to_date,
        case
            when count(scorecard.denominator) > 0 then avg(scorecard.plan)
            else sum(scorecard.plan)
        end as plan_to_date
    from {{ ref('kpi_scorecard') }} as scorecard
    inner join months
        on scorecard.period_start = months.month_start
        and months.fiscal_year = months.last_fiscal_year
    where
        scorecard.period_type = 'month'
        and scorecard.scope_type = 'company'
        and scorecard.numerator is not null
    group by scorecard.kpi, scorecard.label_en, scorecard.unit
    having count(*) = count(scorecard.plan)

)

select
    kpi,
    label_en,
    unit,
    months,
    value_to_date,
    plan_to_date,
    case
        when unit = 'currency_per_lead' or kpi = 'marketing_cost_amount'
            then {{ ratio('plan_to_date', 'value_to_date') }}
        else {{ ratio('value_to_date', 'plan_to_date') }}
    end as attainment
from summed
order by kpi
