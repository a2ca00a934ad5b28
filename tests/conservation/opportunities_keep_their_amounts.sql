-- A row is a currency in which opportunities received and opportunities reported differ, in number or amount.
-- A join that loses or doubles opportunities changes the pipeline.
-- Look at the joins of int_opportunity__milestones and fct_opportunity.
with

received as (

    select
        coalesce(currency, '(none)') as currency,
        count(*) as opportunities,
        sum(coalesce(amount, 0)) as amount
    from {{ ref('int_unified__opportunities') }}
    where not is_deleted
    group by coalesce(currency, '(none)')

),

reported as (

    select
        coalesce(original_currency, '(none)') as currency,
        count(*) as opportunities,
        sum(coalesce(current_original_amount, 0)) as amount
    from {{ ref('fct_opportunity') }}
    group by coalesce(original_currency, '(none)')

)

select
    received.currency as received_currency,
    reported.currency as reported_currency,
    received.opportunities as received_opportunities,
    reported.opportunities as reported_opportunities
from received
full outer join reported on received.currency = reported.currency
where
    received.currency is null
    or reported.currency is null
    or received.opportunities <> reported.opportunities
    or abs(received.amount - reported.amount) >= 0.01
