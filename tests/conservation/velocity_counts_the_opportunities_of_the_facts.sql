-- A row is a month whose pipeline by the mart of velocity is not that of the facts: what was open at its end,
-- what was won and lost in it, what entered.
-- Speed that is measured on other opportunities than the pipeline describes no company.
-- Look at kpi_pipeline_velocity and kpi_pipeline_stock: a segment is missing, or a join there repeats rows.
with

closed as (

    select
        {{ month_of(reporting_date('coalesce(won_at, lost_at)')) }} as month,
        case when is_won then 1 else 0 end as win,
        case when is_won then coalesce(won_amount, 0) else 0 end as won,
        case when is_won then 0 else coalesce(current_amount, 0) end as lost
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and (is_won or is_lost)

),

parts as (

    select
        snapshot_month as month,
        1 as open_opportunities,
        coalesce(amount, 0) as open_pipeline_amount,
        0 as wins,
        0 as losses,
        0 as won_amount,
        0 as closed_amount,
        0 as entered
    from {{ ref('fct_opportunity_snapshot') }}
    where
        is_month_end
        and is_open
        and is_new_pipeline
    union all
    select
        month,
        0,
        0,
        win,
        1 - win,
        won,
        won + lost,
        0
    from closed
    union all
    select
        opportunity_month,
        0,
        0,
        0,
        0,
        0,
        0,
        1
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline

),

facts as (

    select
        month,
        sum(open_opportunities) as open_opportunities,
        sum(open_pipeline_amount) as open_pipeline_amount,
        sum(wins) as wins,
        sum(losses) as losses,
        sum(won_amount) as won_amount,
        sum(closed_amount) as closed_amount,
        sum(entered) as entered
    from parts
    group by month

),

reported as (

    select
        month,
        sum(open_opportunities) as open_opportunities,
        sum(open_pipeline_amount) as open_pipeline_amount,
        sum(wins) as wins,
        sum(losses) as losses,
        sum(won_amount) as won_amount,
        sum(closed_amount) as closed_amount,
        sum(entered) as entered
    from {{ ref('kpi_pipeline_velocity') }}
    group by month

)

select
    facts.month as fact_month,
    reported.month as reported_month
from facts
full outer join reported on facts.month = reported.month
where
    coalesce(facts.open_opportunities, 0) <> coalesce(reported.open_opportunities, 0)
    or coalesce(facts.open_pipeline_amount, 0) <> coalesce(reported.open_pipeline_amount, 0)
    or coalesce(facts.wins, 0) <> coalesce(reported.wins, 0)
    or coalesce(facts.losses, 0) <> coalesce(reported.losses, 0)
    or coalesce(facts.won_amount, 0) <> coalesce(reported.won_amount, 0)
    or coalesce(facts.closed_amount, 0) <> coalesce(reported.closed_amount, 0)
    or coalesce(facts.entered, 0) <> coalesce(reported.entered, 0)
