-- One row per month and segment: the accounts of which, in the days up to its end (to as_of in the last one),
-- as many identified persons were touched as the agreement asks for.
with

months as (

    select
        period_start as month,
        least(cast({{ dbt.last_day('period_start', 'month') }} as date), {{ reporting_date(as_of()) }})
            as last_day
    from {{ ref('int_reporting__period_months') }}
    where
        period_type = 'month'
        and period_start >= (
            select {{ month_of('min(touched_date)') }} from {{ ref('fct_touchpoint') }}
        )

),

touched as (

    select
        leads.account_id,
        leads.segment,
        touches.lead_id,
        touches.touched_date as touched_on
    from {{ ref('fct_touchpoint') }} as touches
    inner join {{ ref('dim_lead') }} as leads
        on touches.lead_id = leads.lead_id
        and leads.is_identified
        and leads.account_id is not null
    group by leads.account_id, leads.segment, touches.lead_id, touches.touched_date

),

accounts as (

    select
        months.month,
        touched.account_id,
        touched.segment,
        count(distinct touched.lead_id) as persons
    from months
    inner join touched
        on months.last_day >= touched.touched_on
        and {{ days_between('touched.touched_on', 'months.last_day') }}
        < {{ threshold('engaged_account_days') }}
    group by months.month, touched.account_id, touched.segment

)

select
    month,
    segment,
    sum(case when persons >= {{ threshold('engaged_account_persons') }} then 1 else 0 end) as engaged_accounts
from accounts
group by month, segment
