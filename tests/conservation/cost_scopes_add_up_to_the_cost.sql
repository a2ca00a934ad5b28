-- A row is a month in which the widest cost scope of the mart differs from the cost of the fact (I40).
-- The fully loaded cost is the whole cost, in either basis.
-- Look at cost_scopes.csv: a category without a scope falls out of the mart.
with

facts as (

    select
        cost_month as month,
        sum(cost_amount) as amount
    from {{ ref('fct_marketing_cost') }}
    group by cost_month

),

reported as (

    select
        basis,
        month,
        cost_scope,
        sum(cost_amount) as amount
    from {{ ref('kpi_cost_per_qualified_lead') }}
    group by basis, month, cost_scope

),

-- the scope that includes the most categories includes all
sizes as (

    select
        cost_scope,
        row_number() over (order by count(distinct cost_category) desc) as size_rank
    from {{ ref('cost_scopes') }}
    group by cost_scope

),

widest as (

    select
        reported.basis,
        reported.month,
        reported.amount
    from reported
    inner join sizes
        on reported.cost_scope = sizes.cost_scope
        and sizes.size_rank = 1

)

select
    widest.basis,
    coalesce(facts.month, widest.month) as month,
    facts.amount as fact_amount,
    widest.amount as mart_amount
from facts
full outer join widest on facts.month = widest.month
where
    (facts.month is null and widest.amount <> 0)
    or (widest.month is null and facts.amount <> 0)
    or facts.amount <> widest.amount
