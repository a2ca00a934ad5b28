-- A row is a month in which the bridge from the CRM's total to the pipeline and its credit does not close, or
-- does not begin with the opportunities received or end with those of the contribution (D32, I32).
-- A bridge with a gap explains nothing: an opportunity was lost or counted twice on the way.
-- Look at bridge_step of fct_opportunity and at fct_deleted_opportunity.
with

bridge as (

    select * from {{ ref('kpi_pipeline_bridge') }}

),

months as (

    select
        month,
        sum(case when step not in ('in_scope', 'attributed', 'no_touch') then opportunities else 0 end)
        - sum(case when step = 'in_scope' then opportunities else 0 end) as opportunities_gap,
        sum(case when step not in ('in_scope', 'attributed', 'no_touch') then amount else 0 end)
        - sum(case when step = 'in_scope' then amount else 0 end) as amount_gap
    from bridge
    group by month

),

credits as (

    select
        month,
        sum(case when step = 'in_scope' then opportunities else 0 end)
        - sum(case when step in ('attributed', 'no_touch') then opportunities else 0 end)
            as opportunities_gap,
        sum(case when step = 'in_scope' then amount else 0 end)
        - sum(case when step in ('attributed', 'no_touch') then amount else 0 end) as amount_gap
    from bridge
    group by month

),

in_scope as (

    select * from bridge
    where step = 'in_scope'

),

contribution as (

    select
        month,
        sum(opportunities) as opportunities,
        sum(new_pipeline_amount) as amount
    from {{ ref('kpi_pipeline_contribution') }}
    group by month

),

ends as (

    select
        coalesce(in_scope.month, contribution.month) as month,
        coalesce(in_scope.opportunities, 0) - coalesce(contribution.opportunities, 0) as opportunities_gap,
        coalesce(in_scope.amount, 0) - coalesce(contribution.amount, 0) as amount_gap
    from in_scope
    full outer join contribution on in_scope.month = contribution.month

),

totals as (

    select
        (select sum(case when step = 'crm_total' then opportunities else 0 end) from bridge) as reported,
        (select count(*) from {{ ref('int_unified__opportunities') }}) as received

)

select
    month,
    opportunities_gap,
    amount_gap
from months
where
    opportunities_gap <> 0
    or amount_gap <> 0
union all
select * from credits
where
    opportunities_gap <> 0
    or amount_gap <> 0
union all
select * from ends
where
    opportunities_gap <> 0
    or amount_gap <> 0
union all
select
    null,
    coalesce(reported, 0) - received,
    null
from totals
where coalesce(reported, 0) <> received
