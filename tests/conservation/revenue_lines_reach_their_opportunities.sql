-- A row is a connection whose realised revenue with an opportunity differs from that on its opportunities.
-- Revenue without an opportunity stays in int_opportunity__revenue_lines and is not counted here.
-- Look at the account and opportunity keys of the lines.
with

lines as (

    select
        count(*) as revenue_lines,
        coalesce(sum(reporting_amount), 0) as amount
    from {{ ref('int_opportunity__revenue_lines') }}
    where opportunity_id is not null

),

facts as (

    select
        coalesce(sum(revenue_lines), 0) as revenue_lines,
        coalesce(sum(revenue_amount), 0) as amount
    from {{ ref('fct_opportunity') }}

)

select
    lines.revenue_lines as received_lines,
    facts.revenue_lines as reported_lines,
    lines.amount as received_amount,
    facts.amount as reported_amount
from lines
cross join facts
where
    lines.revenue_lines <> facts.revenue_lines
    or lines.amount <> facts.amount
