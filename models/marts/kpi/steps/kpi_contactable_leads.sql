-- One row per month from the first proved consent on: the persons that are active at its end (at as_of in the
-- last one), and those of them that may be written to. Active is who has a cycle that runs, or ended not long
-- ago.
with

permissions as (

    select * from {{ ref('fct_contact_permission') }}

),

months as (

    select
        period_start as month,
        least(cast({{ dbt.last_day('period_start', 'month') }} as date), {{ reporting_date(as_of()) }})
            as last_day
    from {{ ref('int_reporting__period_months') }}
    where
        period_type = 'month'
        and period_start >= (select {{ month_of('min(permitted_from)') }} from permissions)

),

cycles as (

    select
        lead_id,
        {{ reporting_date('started_at') }} as active_from,
        case
            when exit_at is null then cast('9999-12-31' as date)
            else cast({{ dbt.dateadd(
                'day', 'cast(' ~ threshold('active_lead_days') ~ ' as integer)', reporting_date('exit_at')
            ) }} as date)
        end as active_to
    from {{ ref('fct_lead_lifecycle') }}
    where
        is_identified
        and started_at is not null

),

active as (

    select
        months.month,
        months.last_day,
        cycles.lead_id
    from months
    inner join cycles
        on months.last_day >= cycles.active_from
        and months.last_day <= cycles.active_to
    group by months.month, months.last_day, cycles.lead_id

)

select
    active.month,
    count(*) as active_leads,
    count(permissions.lead_id) as contactable_leads
from active
left join permissions
    on active.lead_id = permissions.lead_id
    and active.last_day >= permissions.permitted_from
    and active.last_day < permissions.permitted_to
group by active.month
