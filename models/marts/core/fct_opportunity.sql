-- One row per opportunity, with the amount frozen when it entered the pipeline.
with

milestones as (

    select * from {{ ref('int_opportunity__milestones') }}

),

origins as (

    select * from {{ ref('int_opportunity__origins') }}

),

rates as (

    select * from {{ ref('int_currency__daily_rates') }}

),

revenue as (

    select * from {{ ref('int_opportunity__revenue') }}

),

-- the day whose rate converts an opportunity and whose month reports it: of its entry, else of its creation,
-- else of its close; without any, the day of the report
dated as (

    select
        *,
        {{ reporting_date(
            'coalesce(opportunity_at, created_at, won_at, lost_at, ' ~ as_of() ~ ')'
        ) }} as rate_date
    from milestones

)

select
    {{ dbt.hash('dated.opportunity_id') }} as opportunity_id,
    dated.connection,
    dated.account_id,

    ---------- dimensions
    origins.primary_lead_id,
    cast(origins.primary_cycle_number as integer) as primary_cycle_number,
    origins.origin_path,
    origins.channel,
    origins.segment,
    dated.opportunity_type,
    coalesce(dated.product, '(not set)') as product,
    dated.source_stage,

    ---------- instants
    dated.created_at,
    dated.opportunity_at,
    dated.opportunity_precision,
    {{ month_of(reporting_date('dated.opportunity_at')) }} as opportunity_month,
    {{ month_of('dated.rate_date') }} as bridge_month,
    dated.won_at,
    dated.lost_at,

    ---------- flags
    dated.is_new_pipeline,
    case
        when dated.is_new_pipeline then 'in_scope'
        when dated.opportunity_type = 'renewal' then 'renewals'
        when not dated.has_reached_entry_stage then 'below_entry'
        when dated.has_reached_entry_stage then 'no_amount'
        else 'other_excluded'
    end as bridge_step,
    coalesce(dated.is_entry_from_opening, false) as is_entry_from_opening,
    coalesce(dated.is_entry_amount_current, false) as is_entry_amount_current,
    origins.origin_path = 'marketing' as is_marketing_sourced,
    origins.origin_path = 'marketing' or origins.has_marketing_touch as is_influenced,
    dated.won_at is not null as is_won,
    dated.won_at is null and dated.lost_at is not null as is_lost,

    ---------- amounts
    dated.currency as original_currency,
    cast(dated.entry_original_amount as decimal(18, 2)) as entry_original_amount,
    cast(dated.current_original_amount as decimal(18, 2)) as current_original_amount,
    {{ in_reporting_currency(
        'dated.entry_original_amount', 'dated.currency', 'own.units_per_euro', 'reporting.units_per_euro'
    ) }} as entry_amount,
    {{ in_reporting_currency(
        'dated.current_original_amount', 'dated.currency', 'own.units_per_euro', 'reporting.units_per_euro'
    ) }} as current_amount,
    coalesce(revenue.revenue_lines, 0) as revenue_lines,
    revenue.revenue_currency,
    revenue.original_amount as revenue_original_amount,
    revenue.reporting_amount as revenue_amount
from dated
inner join origins on dated.opportunity_id = origins.opportunity_id
left join rates as own
    on dated.currency = own.currency
    and dated.rate_date = own.date_day
left join rates as reporting
    on reporting.currency = '{{ var("reporting_currency") }}'
    and dated.rate_date = reporting.date_day
left join revenue on dated.opportunity_id = revenue.opportunity_id
