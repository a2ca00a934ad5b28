-- One row per month, connection and stage of the system: of the opportunities that stood open in the stage at
-- the end of a month, and closed in the months up to this one, those won.
with

snapshots as (

    select * from {{ ref('fct_opportunity_snapshot') }}
    where
        is_month_end
        and is_open
        and is_new_pipeline

),

months as (

    select snapshot_month as month from snapshots
    group by snapshot_month

),

-- an opportunity counts once for each stage in which it was seen
seen as (

    select
        opportunity_id,
        connection,
        stage
    from snapshots
    group by opportunity_id, connection, stage

),

closed as (

    select
        seen.connection,
        seen.stage,
        {{ month_of(reporting_date('coalesce(deals.won_at, deals.lost_at)')) }} as closed_month,
        count(*) as closed,
        sum(case when deals.is_won then 1 else 0 end) as won
    from seen
    inner join {{ ref('fct_opportunity') }} as deals
        on seen.opportunity_id = deals.opportunity_id
        and (deals.is_won or deals.is_lost)
    group by
        seen.connection,
        seen.stage,
        {{ month_of(reporting_date('coalesce(deals.won_at, deals.lost_at)')) }}

)

select
    months.month,
    closed.connection,
    closed.stage,
    cast(sum(closed.closed) as bigint) as closed,
    cast(sum(closed.won) as bigint) as won,
    {{ ratio('sum(closed.won)', 'sum(closed.closed)') }} as win_rate
from months
inner join closed
    on months.month >= closed.closed_month
    and months.month < {{ dbt.dateadd(
        'month', 'cast(' ~ threshold('win_rate_months') ~ ' as integer)', 'closed.closed_month'
    ) }}
group by months.month, closed.connection, closed.stage
