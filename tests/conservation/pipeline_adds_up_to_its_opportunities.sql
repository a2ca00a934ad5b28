-- A row is a month whose pipeline in the KPI mart is not that of its opportunities (I17, I32, I40).
-- A month that does not add up has lost or doubled an opportunity on its way to the mart.
-- Look at the dimensions of fct_opportunity: a new value may have no row in its dimension.
with

reported as (

    select
        month,
        sum(opportunities) as opportunities,
        sum(new_pipeline_amount) as amount,
        sum(influenced_pipeline_amount) as influenced_amount
    from {{ ref('kpi_pipeline_contribution') }}
    group by month

),

facts as (

    select
        opportunity_month as month,
        count(*) as opportunities,
        sum(coalesce(entry_amount, 0)) as amount,
        sum(case when is_influenced then coalesce(entry_amount, 0) else 0 end) as influenced_amount
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline
    group by opportunity_month

)

select
    reported.month as reported_month,
    facts.month as fact_month
from reported
full outer join facts on reported.month = facts.month
where
    reported.month is null
    or facts.month is null
    or reported.opportunities <> facts.opportunities
    or reported.amount <> facts.amount
    or reported.influenced_amount <> facts.influenced_amount
