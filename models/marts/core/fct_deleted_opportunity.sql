-- One row per opportunity that its CRM marks as deleted: it counts nowhere, and the bridge says so.
with

opportunities as (

    select
        *,
        {{ reporting_date('coalesce(created_at, closed_at, ' ~ as_of() ~ ')') }} as rate_date
    from {{ ref('int_unified__opportunities') }}
    where is_deleted

)

select
    {{ dbt.hash("opportunities.connection || '|' || opportunities.source_id") }} as opportunity_id,
    opportunities.connection,
    {{ month_of('opportunities.rate_date') }} as bridge_month,
    'other_excluded' as bridge_step,
    opportunities.currency as original_currency,
    cast(opportunities.amount as decimal(18, 2)) as current_original_amount,
    {{ in_reporting_currency(
        'opportunities.amount', 'opportunities.currency', 'rates'
    ) }} as current_amount
from opportunities
left join {{ ref('int_currency__daily_rates') }} as rates
    on opportunities.currency = rates.currency
    and opportunities.rate_date = rates.date_day
