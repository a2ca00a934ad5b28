-- A row is a day on which the open opportunities of the snapshot are not those opened less those closed until
-- then, or, on the day of the report, whose open amount is not the current one; or the number of closings.
-- A snapshot that forgets or invents opportunities moves the pipeline without anything having happened.
-- Look at the joins of fct_opportunity_snapshot: spells that overlap, or days before the first state.
with

snapshots as (

    select
        snapshot_date,
        sum(case when is_open then 1 else 0 end) as open_opportunities,
        sum(case when is_open then coalesce(amount, 0) else 0 end) as open_amount,
        sum(case when is_open then 0 else 1 end) as closings
    from {{ ref('fct_opportunity_snapshot') }}
    group by snapshot_date

),

transitions as (

    select
        {{ reporting_date('opportunity_at') }} as happened_on,
        1 as opened,
        0 as closed,
        case when is_won or is_lost then 0 else coalesce(current_amount, 0) end as open_amount
    from {{ ref('fct_opportunity') }}
    where opportunity_at is not null
    union all
    select
        {{ reporting_date('greatest(opportunity_at, coalesce(won_at, lost_at))') }},
        0,
        1,
        0
    from {{ ref('fct_opportunity') }}
    where
        opportunity_at is not null
        and (is_won or is_lost)

),

per_day as (

    select
        days.date_day,
        coalesce(sum(transitions.opened), 0) as opened,
        coalesce(sum(transitions.closed), 0) as closed,
        coalesce(sum(transitions.open_amount), 0) as open_amount
    from {{ ref('int_reporting__days') }} as days
    left join transitions on days.date_day = transitions.happened_on
    group by days.date_day

),

running as (

    select
        date_day,
        closed,
        sum(opened - closed) over (order by date_day) as open_opportunities,
        sum(open_amount) over (order by date_day) as open_amount,
        date_day = cast({{ dbt.last_day('date_day', 'month') }} as date)
        or {{ days_between('date_day', reporting_date(as_of())) }} < {{ threshold('daily_snapshot_days') }}
            as is_kept,
        date_day = {{ reporting_date(as_of()) }} as is_as_of
    from per_day

)

select
    running.date_day,
    running.open_opportunities as expected_open,
    snapshots.open_opportunities as found_open,
    running.closed as expected_closings,
    snapshots.closings as found_closings
from running
left join snapshots on running.date_day = snapshots.snapshot_date
where
    running.closed <> coalesce(snapshots.closings, 0)
    or (running.is_kept and running.open_opportunities <> coalesce(snapshots.open_opportunities, 0))
    or (running.is_as_of and running.open_amount <> coalesce(snapshots.open_amount, 0))
