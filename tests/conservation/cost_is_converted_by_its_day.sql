-- A row is a currency and day whose cost in the reporting currency is not its own at the rate of the day.
-- A rate of another day, or of one currency for all, would move every cost per lead.
-- Look at the join with int_currency__daily_rates in fct_marketing_cost. A row is rounded to half a cent.
with

costs as (

    select
        original_currency,
        cost_date,
        count(*) as cost_rows,
        sum(original_amount) as original_amount,
        sum(cost_amount) as cost_amount
    from {{ ref('fct_marketing_cost') }}
    group by original_currency, cost_date

)

select
    costs.original_currency,
    costs.cost_date,
    costs.original_amount,
    costs.cost_amount
from costs
left join {{ ref('int_currency__daily_rates') }} as rates
    on costs.original_currency = rates.currency
    and costs.cost_date = rates.date_day
where
    costs.cost_amount is null
    or abs(
        costs.cost_amount - costs.original_amount
        * case
            when costs.original_currency = '{{ var("reporting_currency") }}' then 1
            else {{ double('rates.reporting_units_per_euro') }} / {{ double('rates.units_per_euro') }}
        end
    ) > 0.006 * costs.cost_rows
