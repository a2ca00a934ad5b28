-- One row per realised revenue line: the opportunity it belongs to (named, else the account's first one won),
-- and the amount in the reporting currency at the rate of its day.
with

lines as (

    select
        revenue.*,
        revenue.opportunity_id is not null as is_named,
        coalesce(accounts.account_id, revenue.connection || '|' || revenue.account_id) as account_key
    from {{ ref('int_unified__revenue') }} as revenue
    left join {{ ref('int_identity__account_keys') }} as accounts
        on revenue.connection || '|' || revenue.account_id = accounts.record_key
    where revenue.revenue_date <= {{ reporting_date(as_of()) }}

),

first_wins as (

    select
        account_id,
        opportunity_id,
        false as is_named,
        row_number() over (partition by account_id order by won_at, opportunity_id) as win_rank
    from {{ ref('int_opportunity__milestones') }}
    where won_at is not null

),

opportunities as (

    select opportunity_id from {{ ref('int_opportunity__milestones') }}

)

select
    lines.connection,
    lines.source_id,
    lines.revenue_date,
    lines.currency,
    lines.amount as original_amount,
    {{ in_reporting_currency('lines.amount', 'lines.currency', 'rates') }} as reporting_amount,
    coalesce(opportunities.opportunity_id, first_wins.opportunity_id) as opportunity_id
from lines
left join opportunities
    on lines.connection || '|' || lines.opportunity_id = opportunities.opportunity_id
left join first_wins
    on lines.account_key = first_wins.account_id
    and lines.is_named = first_wins.is_named
    and first_wins.win_rank = 1
left join {{ ref('int_currency__daily_rates') }} as rates
    on lines.currency = rates.currency
    and lines.revenue_date = rates.date_day
