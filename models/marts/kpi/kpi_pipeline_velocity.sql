-- One row per month and segment: the pipeline open at its end, how far it covers the plan of the quarter
-- ahead, what was won and lost in the month, and how fast money moves through it.
{% set last_day = 'least(' ~ dbt.last_day('keys.month', 'month') ~ ', ' ~ reporting_date(as_of()) ~ ')' %}
with

opportunities as (

    select
        segment,
        opportunity_month,
        {{ month_of(reporting_date('coalesce(won_at, lost_at)')) }} as closed_month,
        is_won,
        is_lost,
        coalesce(case when is_won then won_amount else current_amount end, 0) as closed_amount,
        -- an entry that nobody observed tells nothing about time
        case
            when is_won and not is_entry_from_opening
                then {{ double(seconds_between('opportunity_at', 'won_at')) }} / 86400
        end as cycle_days
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline

),

closed as (

    select
        closed_month as month,
        segment,
        sum(case when is_won then 1 else 0 end) as wins,
        sum(case when is_lost then 1 else 0 end) as losses,
        sum(case when is_won then closed_amount else 0 end) as won_amount,
        sum(case when is_won or is_lost then closed_amount else 0 end) as closed_amount,
        {{ percentile('cycle_days', 0.5) }} as median_cycle_days
    from opportunities
    where closed_month is not null
    group by closed_month, segment

),

entered as (

    select
        opportunity_month as month,
        segment,
        count(*) as entered,
        sum(case when is_won then 1 else 0 end) as entered_wins,
        sum(case when is_lost then 1 else 0 end) as entered_losses
    from opportunities
    group by opportunity_month, segment

),

stock as (

    select * from {{ ref('kpi_pipeline_stock') }}

),

keys as (

    select
        month,
        segment
    from closed
    union
    select
        month,
        segment
    from entered
    union
    select
        month,
        segment
    from stock

)

select
    keys.month,
    keys.segment,

    ---------- open at the end of the month
    cast(coalesce(stock.open_opportunities, 0) as bigint) as open_opportunities,
    cast(coalesce(stock.open_pipeline_amount, 0) as decimal(18, 2)) as open_pipeline_amount,
    cast(coalesce(stock.weighted_pipeline_amount, 0) as decimal(18, 2)) as weighted_pipeline_amount,
    cast(coalesce(stock.unrated_pipeline_amount, 0) as decimal(18, 2)) as unrated_pipeline_amount,
    cast(coalesce(stock.stale_opportunities, 0) as bigint) as stale_opportunities,
    cast(coalesce(stock.stale_pipeline_amount, 0) as decimal(18, 2)) as stale_pipeline_amount,
    {{ ratio('stock.stale_pipeline_amount', 'stock.open_pipeline_amount') }} as stale_share,

    ---------- the fiscal quarter of the day after
    {{ fiscal_quarter_of(dbt.dateadd('day', 1, last_day)) }} as covered_quarter,
    cast(coalesce(stock.closing_pipeline_amount, 0) as decimal(18, 2)) as closing_pipeline_amount,
    cast(coalesce(stock.overdue_pipeline_amount, 0) as decimal(18, 2)) as overdue_pipeline_amount,
    cast(coalesce(stock.undated_pipeline_amount, 0) as decimal(18, 2)) as undated_pipeline_amount,
    cast(coverage.remaining_plan_amount as decimal(18, 2)) as remaining_plan_amount,
    {{ ratio('coverage.closing_pipeline_amount', 'coverage.remaining_plan_amount') }} as coverage,

    ---------- closed in the month
    cast(coalesce(closed.wins, 0) as bigint) as wins,
    cast(coalesce(closed.losses, 0) as bigint) as losses,
    cast(coalesce(closed.won_amount, 0) as decimal(18, 2)) as won_amount,
    cast(coalesce(closed.closed_amount, 0) as decimal(18, 2)) as closed_amount,
    {{ ratio('closed.wins', '(closed.wins + closed.losses)') }} as win_rate,
    {{ ratio('closed.won_amount', 'closed.closed_amount') }} as win_rate_by_amount,
    {{ ratio('closed.won_amount', 'closed.wins') }} as average_deal_amount,
    closed.median_cycle_days,

    ---------- entered in the month
    cast(coalesce(entered.entered, 0) as bigint) as entered,
    cast(coalesce(entered.entered_wins, 0) as bigint) as entered_wins,
    cast(coalesce(entered.entered_losses, 0) as bigint) as entered_losses,
    {{ ratio('entered.entered_wins', '(entered.entered_wins + entered.entered_losses)') }}
        as entered_win_rate,

    ---------- velocity: win rate times average deal is the amount won for each one closed
    {{ double('stock.open_opportunities') }}
    * {{ ratio('closed.won_amount', '(closed.wins + closed.losses)') }}
    / nullif(closed.median_cycle_days, 0) as velocity_per_day
from keys
left join stock on keys.month = stock.month and keys.segment = stock.segment
left join closed on keys.month = closed.month and keys.segment = closed.segment
left join entered on keys.month = entered.month and keys.segment = entered.segment
left join {{ ref('kpi_pipeline_coverage') }} as coverage
    on keys.month = coverage.month and keys.segment = coverage.segment
