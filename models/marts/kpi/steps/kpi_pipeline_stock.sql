-- One row per month and segment: the pipeline that is open at the end of the month, weighted by the win rates
-- of its stages, what of it is stale, and what is to close in the fiscal quarter of the day after.
with

snapshots as (

    select
        *,
        {{ fiscal_quarter_of(dbt.dateadd('day', 1, 'snapshot_date')) }} as quarter_start
    from {{ ref('fct_opportunity_snapshot') }}
    where
        is_month_end
        and is_open
        and is_new_pipeline

),

ages as (

    select
        snapshot_month,
        {{ percentile('age_days', 0.5) }} as median_age_days
    from snapshots
    group by snapshot_month

),

rated as (

    select
        snapshots.snapshot_month as month,
        snapshots.segment,
        snapshots.quarter_start,
        coalesce(snapshots.amount, 0) as amount,
        snapshots.is_undated,
        snapshots.is_overdue,
        snapshots.is_closing,
        win_rates.win_rate,
        cast(round(cast(
            {{ double('coalesce(snapshots.amount, 0)') }} * win_rates.win_rate as decimal(28, 8)
        ), 2) as decimal(18, 2)) as weighted_amount,
        snapshots.age_days > {{ threshold('stale_age_factor') }} * ages.median_age_days as is_stale
    from snapshots
    inner join ages on snapshots.snapshot_month = ages.snapshot_month
    left join {{ ref('kpi_stage_win_rates') }} as win_rates
        on snapshots.snapshot_month = win_rates.month
        and snapshots.connection = win_rates.connection
        and snapshots.stage = win_rates.stage

)

select
    month,
    segment,
    count(*) as open_opportunities,
    sum(amount) as open_pipeline_amount,
    coalesce(sum(weighted_amount), 0) as weighted_pipeline_amount,
    sum(case when win_rate is null then amount else 0 end) as unrated_pipeline_amount,
    sum(case when is_stale then 1 else 0 end) as stale_opportunities,
    sum(case when is_stale then amount else 0 end) as stale_pipeline_amount,
    coalesce(sum(weighted_amount * weighted_amount), 0) as weighted_squares,

    ---------- by the day on which they are to close
    quarter_start,
    sum(case when is_closing then 1 else 0 end) as closing_opportunities,
    sum(case when is_closing then amount else 0 end) as closing_pipeline_amount,
    sum(case when is_closing then amount * amount else 0 end) as closing_squares,
    sum(case when is_overdue then amount else 0 end) as overdue_pipeline_amount,
    sum(case when is_undated then 1 else 0 end) as undated_opportunities,
    sum(case when is_undated then amount else 0 end) as undated_pipeline_amount
from rated
group by month, segment, quarter_start
