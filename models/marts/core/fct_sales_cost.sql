-- One row per cost item of sales and day of its period, up to as_of.
with

costs as (

    select * from {{ ref('int_cost__accruals') }}
    where cost_category = 'sales'

)

select
    {{ dbt.hash("costs.connection || '|' || costs.source_id || '|' || costs.cost_date") }} as sales_cost_id,
    costs.connection,
    costs.item as cost_item,
    costs.cost_date,
    {{ month_of('costs.cost_date') }} as cost_month,
    cast(costs.original_amount as decimal(18, 2)) as original_amount,
    costs.currency as original_currency,
    {{ in_reporting_currency('costs.original_amount', 'costs.currency', 'rates') }} as cost_amount
from costs
left join {{ ref('int_currency__daily_rates') }} as rates
    on costs.currency = rates.currency
    and costs.cost_date = rates.date_day
