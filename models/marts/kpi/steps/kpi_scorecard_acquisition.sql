-- One row per KPI of acquisition and month: the full cost of marketing and sales over the customers won for
-- the first time, and the months in which their gross margin pays it back. A month without any cost of sales
-- lacks an input.
{% set margin = threshold('gross_margin_share') %}
{% set revenue_months = threshold('revenue_months') %}
with

costs as (

    select
        cost_month as month,
        'marketing' as payer,
        cost_amount
    from {{ ref('fct_marketing_cost') }}
    union all
    select
        cost_month,
        'sales',
        cost_amount
    from {{ ref('fct_sales_cost') }}

),

costs_by_month as (

    select
        month,
        sum(cost_amount) as cost_amount,
        sum(case when payer = 'sales' then 1 else 0 end) as sales_costs
    from costs
    group by month

),

-- what pays back: the amount of a customer's first deal, as far as it is margin
customers as (

    select
        {{ month_of(reporting_date('won_at')) }} as month,
        cast(coalesce(won_amount, 0) * {{ margin }} as decimal(28, 6)) as margin_amount
    from {{ ref('fct_opportunity') }}
    where is_new_customer

),

customers_by_month as (

    select
        month,
        count(*) as customers,
        sum(margin_amount) as margin_amount,
        sum(margin_amount * margin_amount) as margin_squares
    from customers
    group by month

),

months as (

    select
        coalesce(costs_by_month.month, customers_by_month.month) as month,
        coalesce(costs_by_month.cost_amount, 0) as cost_amount,
        coalesce(customers_by_month.customers, 0) as customers,
        coalesce(customers_by_month.margin_amount, 0) as margin_amount,
        coalesce(customers_by_month.margin_squares, 0) as margin_squares,
        case when costs_by_month.sales_costs > 0 then 0 else 1 end as missing_inputs
    from costs_by_month
    full outer join customers_by_month on costs_by_month.month = customers_by_month.month

)

select
    'customer_acquisition_cost' as kpi,
    month,
    cast(cost_amount as decimal(38, 6)) as numerator,
    cast(customers as decimal(38, 6)) as denominator,
    cast(null as decimal(38, 6)) as numerator_squares,
    cast(null as decimal(38, 6)) as products,
    cast(null as decimal(38, 6)) as denominator_squares,
    customers as cases,
    missing_inputs
from months
union all
-- a margin of zero or less pays nothing back
select
    'acquisition_payback_months',
    month,
    cast(cost_amount * {{ revenue_months }} as decimal(38, 6)),
    cast(case when margin_amount > 0 then margin_amount else 0 end as decimal(38, 6)),
    0,
    0,
    margin_squares,
    customers,
    missing_inputs
from months
