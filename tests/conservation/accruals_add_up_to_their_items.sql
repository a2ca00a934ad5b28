-- A row is a cost item whose period has ended and whose days do not add up to its amount.
-- An item spread over days must neither gain nor lose a cent.
-- Look at int_cost__accruals, and whether the period begins before history_start.
with

items as (

    select
        connection,
        source_id,
        amount
    from {{ ref('int_unified__other_costs') }}
    where period_end <= {{ reporting_date(as_of()) }}

),

accrued as (

    select
        connection,
        source_id,
        sum(original_amount) as amount
    from {{ ref('int_cost__accruals') }}
    group by connection, source_id

)

select
    items.connection,
    items.source_id,
    items.amount,
    accrued.amount as accrued_amount
from items
left join accrued
    on items.connection = accrued.connection
    and items.source_id = accrued.source_id
where abs(items.amount - coalesce(accrued.amount, 0)) >= 0.01
