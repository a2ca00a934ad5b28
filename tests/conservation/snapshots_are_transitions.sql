-- A row is a day on which the open opportunities of the snapshot are not those opened less those closed, for
-- good or to be taken back later, or whose closings are not those for good; or, on the day of the report,
-- whose open amount is not the current one.
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

-- changes to a close that was taken back, and the changes that took it back
states as (

    select
        {{ dbt.hash("states.connection || '|' || states.opportunity_id") }} as opportunity_id,
        states.happened_at,
        case when states.outcome <> 'open' and not states.is_lasting then 1 else 0 end as taken_back
    from {{ ref('int_opportunity__states') }} as states

),

changes as (

    select
        states.happened_at,
        states.taken_back
        - coalesce(lag(states.taken_back) over (
            partition by states.opportunity_id order by states.happened_at
        ), 0) as closed
    from states
    inner join {{ ref('fct_opportunity') }} as opportunities
        on states.opportunity_id = opportunities.opportunity_id
    where states.happened_at >= opportunities.opportunity_at

),

transitions as (

    select
        {{ reporting_date('opportunity_at') }} as happened_on,
        1 as opened,
        0 as closed,
        0 as set_aside,
        case when is_won or is_lost then 0 else coalesce(current_amount, 0) end as open_amount
    from {{ ref('fct_opportunity') }}
    where opportunity_at is not null
    union all
    select
        {{ reporting_date('greatest(opportunity_at, coalesce(won_at, lost_at))') }},
        0,
        1,
        0,
        0
    from {{ ref('fct_opportunity') }}
    where
        opportunity_at is not null
        and (is_won or is_lost)
    union all
    select
        {{ reporting_date('happened_at') }},
        0,
        0,
        closed,
        0
    from changes
    where closed <> 0

),

per_day as (

    select
        days.date_day,
        coalesce(sum(transitions.opened), 0) as opened,
        coalesce(sum(transitions.closed), 0) as closed,
        coalesce(sum(transitions.set_aside), 0) as set_aside,
        coalesce(sum(transitions.open_amount), 0) as open_amount
    from {{ ref('int_reporting__days') }} as days
    left join transitions on days.date_day = transitions.happened_on
    group by days.date_day

),

running as (

    select
        date_day,
        closed,
        sum(opened - closed - set_aside) over (order by date_day) as open_opportunities,
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
