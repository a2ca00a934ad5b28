-- One row per campaign or cost item, day, cost category and record type.
with

costs as (

    select
        connection,
        source_id,
        campaign_id,
        platform as cost_item,
        cost_date,
        account_timezone,
        record_type,
        cost_category,
        channel,
        original_amount,
        currency
    from {{ ref('int_cost__media') }}
    union all
    select
        connection,
        source_id,
        campaign_id,
        item,
        cost_date,
        null,
        'accrual',
        cost_category,
        channel,
        original_amount,
        currency
    from {{ ref('int_cost__accruals') }}
    where cost_category <> 'sales'

),

-- which scopes include a category, by the agreement of the first of the month
scopes as (

    select
        months.cost_month,
        scopes.cost_category,
        bool_or(scopes.cost_scope = 'media') as is_in_media_scope,
        bool_or(scopes.cost_scope = 'program') as is_in_program_scope,
        bool_or(scopes.cost_scope = 'fully_loaded') as is_in_full_scope
    from (
        select {{ month_of('cost_date') }} as cost_month from costs
        group by {{ month_of('cost_date') }}
    ) as months
    inner join {{ ref('cost_scopes') }} as scopes on {{ is_valid_on('scopes', 'months.cost_month') }}
    group by months.cost_month, scopes.cost_category

)

select
    {{ dbt.hash(
        "costs.connection || '|' || costs.source_id || '|' || costs.record_type || '|' || costs.cost_date"
    ) }} as marketing_cost_id,
    costs.connection,
    coalesce(costs.campaign_id, '(not set)') as campaign_id,
    costs.cost_item,
    costs.cost_date,
    {{ month_of('costs.cost_date') }} as cost_month,
    coalesce(costs.account_timezone <> '{{ var("report_timezone") }}', false) as is_in_other_timezone,
    costs.record_type,
    costs.cost_category,
    coalesce(scopes.is_in_media_scope, false) as is_in_media_scope,
    coalesce(scopes.is_in_program_scope, false) as is_in_program_scope,
    coalesce(scopes.is_in_full_scope, false) as is_in_full_scope,
    costs.channel,
    cast(costs.original_amount as decimal(18, 2)) as original_amount,
    costs.currency as original_currency,
    {{ in_reporting_currency('costs.original_amount', 'costs.currency', 'rates') }} as cost_amount
from costs
left join scopes
    on costs.cost_category = scopes.cost_category
    and {{ month_of('costs.cost_date') }} = scopes.cost_month
left join {{ ref('int_currency__daily_rates') }} as rates
    on costs.currency = rates.currency
    and costs.cost_date = rates.date_day
