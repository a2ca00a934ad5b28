-- One row per campaign and month in which it spent: whether none of its pauses that began in the month was
-- longer than agreed (I23).
with

days as (

    select
        campaign_id,
        channel,
        cost_date,
        lead(cost_date) over (partition by campaign_id order by cost_date) as next_date
    from {{ ref('int_cost__media') }}
    where
        record_type = 'spend'
        and campaign_id is not null

),

months as (

    select
        campaign_id,
        {{ month_of('cost_date') }} as month,
        max(cost_date) as last_date,
        min(channel) as channel,
        max({{ days_between('cost_date', 'coalesce(next_date, cost_date)') }} - 1) as longest_gap
    from days
    group by campaign_id, {{ month_of('cost_date') }}

)

select
    'I23A' as rule,
    'campaign' as subject_type,
    campaign_id || '|' || cast(month as {{ dbt.type_string() }}) as subject_key,
    {{ end_of_reporting_day('last_date') }} as examined_at,
    '(not set)' as team,
    channel,
    {{ rule_outcome('longest_gap <= ' ~ threshold('maximum_spend_gap_days')) }} as outcome
from months
