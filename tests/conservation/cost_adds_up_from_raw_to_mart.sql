-- A row is a currency in which the spend and accrued costs received differ from the cost reported by a cent.
-- Money that is lost on the way makes a channel look cheap.
-- Look at the joins of int_cost__media and fct_marketing_cost: spend without a campaign record must stay.
with

received as (

    select
        currency,
        -- reported amounts are cents, each row rounded
        sum(round(amount, 2)) as amount
    from {{ ref('int_unified__spend') }}
    where spend_date <= {{ reporting_date(as_of()) }}
    group by currency
    union all
    select
        currency,
        sum(original_amount)
    from {{ ref('int_cost__accruals') }}
    group by currency

),

received_by_currency as (

    select
        currency,
        sum(amount) as amount
    from received
    group by currency

),

reported as (

    select
        original_currency as currency,
        sum(original_amount) as amount
    from (
        select
            original_currency,
            original_amount
        from {{ ref('fct_marketing_cost') }}
        union all
        select
            original_currency,
            original_amount
        from {{ ref('fct_sales_cost') }}
    ) as costs
    group by original_currency

)

select
    received_by_currency.currency as received_currency,
    received_by_currency.amount as received_amount,
    reported.currency as reported_currency,
    reported.amount as reported_amount
from received_by_currency
full outer join reported on received_by_currency.currency = reported.currency
where
    received_by_currency.currency is null
    or reported.currency is null
    or abs(received_by_currency.amount - reported.amount) >= 0.01
