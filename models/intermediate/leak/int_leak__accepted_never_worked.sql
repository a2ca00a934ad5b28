-- One row per lead cycle that sales accepted and did not work within the working days agreed: no outbound
-- activity by a human, and no later stage. Only leads of systems that had delivered activities by then.
with

cycles as (

    select * from {{ ref('int_rule__cycles') }}
    where
        sal_at_observed is not null
        and not sal_is_inferred

),

supplies as (

    select
        connection,
        min(happened_at) as supplied_from
    from {{ ref('int_unified__activities') }}
    group by connection

),

supplied as (

    select
        records.lead_id,
        min(supplies.supplied_from) as supplied_from
    from {{ ref('int_identity__records') }} as records
    inner join supplies on records.connection = supplies.connection
    where records.record_kind = 'record'
    group by records.lead_id

),

-- each day with the working days up to it
business_days as (

    select
        calendar,
        date_day,
        closes_at,
        seconds,
        sum(case when seconds > 0 then 1 else 0 end) over (partition by calendar order by date_day)
            as working_days
    from {{ ref('int_handover__business_days') }}

),

-- and up to the last day agreed, which is a whole number: the join by it is one by a key
days as (

    select
        *,
        working_days + cast({{ threshold('accepted_work_days') }} as integer) as last_working_days
    from business_days

),

due as (

    select
        cycles.lead_id,
        cycles.cycle_number,
        last_days.closes_at as due_at
    from cycles
    inner join supplied
        on cycles.lead_id = supplied.lead_id
        and cycles.sal_at >= supplied.supplied_from
    left join {{ ref('int_handover__teams') }} as teams on cycles.team = teams.team
    inner join days as first_days
        on coalesce(teams.calendar, 'company') = first_days.calendar
        and {{ reporting_date('cycles.sal_at') }} = first_days.date_day
    inner join days as last_days
        on first_days.calendar = last_days.calendar
        and first_days.last_working_days = last_days.working_days
        and last_days.seconds > 0

),

worked as (

    select
        cycles.lead_id,
        cycles.cycle_number,
        min(outreach.happened_at) as worked_at
    from cycles
    inner join {{ ref('int_lifecycle__outreach') }} as outreach
        on cycles.lead_id = outreach.lead_id
        -- of an acceptance known by its date alone, whatever happened on that day may follow it
        and case
            when cycles.sal_precision = 'day'
                then {{ reporting_date('outreach.happened_at') }} >= {{ reporting_date('cycles.sal_at') }}
            else outreach.happened_at >= cycles.sal_at
        end
    group by cycles.lead_id, cycles.cycle_number

)

select
    'accepted_never_worked' as leak,
    cycles.lead_id,
    cycles.cycle_number,
    cycles.team,
    cycles.channel,
    cycles.sal_at as waiting_since_at,
    due.due_at as broke_at,
    worked.worked_at is null and cycles.sql_at is null and cycles.exit_at is null as is_open
from cycles
inner join due
    on cycles.lead_id = due.lead_id
    and cycles.cycle_number = due.cycle_number
left join worked
    on cycles.lead_id = worked.lead_id
    and cycles.cycle_number = worked.cycle_number
where
    due.due_at <= {{ as_of() }}
    and coalesce(worked.worked_at > due.due_at, true)
    and coalesce(cycles.sql_at > due.due_at, true)
    and coalesce(cycles.exit_at > due.due_at, true)
