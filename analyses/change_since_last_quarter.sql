-- Question: What changed since the quarter before?
-- How to read: The last whole calendar quarter against the one before it. Counts and amounts are summed,
-- rates and costs per lead are ratios of the quarter's sums, stocks are those at its end. A small change of a
-- small number says little: look at `is_signal` of its months in kpi_scorecard before acting.
-- Columns: kpi, label_en, unit, quarter_start, quarter_value, former_value, change, change_share
with

today as (

    select quarter_start as this_quarter
    from {{ ref('dim_date') }}
    where is_as_of

),

-- the last two quarters that are over
quarters as (

    select
        dates.quarter_start,
        row_number() over (order by dates.quarter_start desc) as quarters_ago
    from {{ ref('dim_date') }} as dates
    inner join today on dates.quarter_start < today.this_quarter
    group by dates.quarter_start

),

last_months as (

    select
        max(dates.month_start) as month_start,
        quarters.quarter_start,
        quarters.quarters_ago
    from {{ ref('dim_date') }} as dates
    inner join quarters on dates.quarter_start = quarters.quarter_start
    where quarters.quarters_ago <= 2
    group by quarters.quarter_start, quarters.quarters_ago

),

-- the three months that end with the last one are the quarter
valued as (

    select
        scorecard.kpi,
        scorecard.label_en,
        scorecard.unit,
        last_months.quarter_start,
        last_months.quarters_ago,
        scorecard.value as quarter_value
    from {{ ref('kpi_scorecard') }} as scorecard
    inner join last_months on scorecard.period_start = last_months.month_start
    where
        scorecard.period_type = 'rolling_3_months'
        and scorecard.scope_type = 'company'
        and scorecard.numerator is not null

)

select
    this_quarter.kpi,
    this_quarter.label_en,
    this_quarter.unit,
    this_quarter.quarter_start,
    this_quarter.quarter_value,
    former.quarter_value as former_value,
    this_quarter.quarter_value - former.quarter_value as change,
    {{ ratio('this_quarter.quarter_value - former.quarter_value', 'former.quarter_value') }} as change_share
from valued as this_quarter
left join valued as former
    on this_quarter.kpi = former.kpi
    and former.quarters_ago = 2
where this_quarter.quarters_ago = 1
order by this_quarter.kpi
