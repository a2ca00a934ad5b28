-- One row per cost item of sales and day of its period, up to as_of.
with

costs as (

    select * from {{ ref('int_cost__accruals') }}
    where cost_category = 'sales'

),

rates as (

    select * from {{ ref('int_currency__daily_rates') }}

)

select
    {{ dbt.hash("costs.connection || '|' || costs.source_id || '|' || costs.cost_date") }} as sales_cost_id,
    costs.connection,
    costs.item as cost_item,
    costs.cost_date,
    {{ month_of('costs.cost_date') }} as cost_month,
    cast(costs.original_amount as decimal(18, 2)) as original_amount,
    costs.currency as original_currency,
    {{ in_reporting_currency(
        'costs.original_amount', 'costs.currency', 'own.units_per_euro', 'reporting.units_per_euro'
    ) }} as cost_amount
from costs
left join rates as own
    on costs.currency = own.currency
    and costs.cost_date = own.date_day
left join rates as reporting
    on reporting.currency = '{{ var("reporting_currency") }}'
    and costs.cost_date = reporting.date_day
