-- One row per opportunity, with the amount frozen when it entered the pipeline.
with

milestones as (

    select * from {{ ref('int_opportunity__milestones') }}

),

origins as (

    select * from {{ ref('int_opportunity__origins') }}

),

amounts as (

    select * from {{ ref('int_opportunity__amounts') }}

),

revenue as (

    select * from {{ ref('int_opportunity__revenue') }}

)

select
    {{ dbt.hash('milestones.opportunity_id') }} as opportunity_id,
    milestones.connection,
    milestones.account_id,

    ---------- dimensions
    origins.primary_lead_id,
    cast(origins.primary_cycle_number as integer) as primary_cycle_number,
    origins.origin_path,
    origins.channel,
    origins.segment,
    origins.region,
    milestones.opportunity_type,
    coalesce(milestones.product, '(not set)') as product,
    milestones.source_stage,

    ---------- instants
    milestones.created_at,
    milestones.opportunity_at,
    milestones.opportunity_precision,
    {{ reporting_date('milestones.opportunity_at') }} as opportunity_date,
    {{ month_of(reporting_date('milestones.opportunity_at')) }} as opportunity_month,
    {{ month_of('amounts.entry_date') }} as bridge_month,
    milestones.won_at,
    milestones.lost_at,
    {{ reporting_date('coalesce(milestones.won_at, milestones.lost_at)') }} as closed_date,

    ---------- flags
    milestones.is_new_pipeline,
    case
        when milestones.is_new_pipeline then 'in_scope'
        when milestones.opportunity_type = 'renewal' then 'renewals'
        when not milestones.has_reached_entry_stage then 'below_entry'
        when milestones.has_reached_entry_stage then 'no_amount'
        else 'other_excluded'
    end as bridge_step,
    coalesce(milestones.is_entry_from_opening, false) as is_entry_from_opening,
    coalesce(milestones.is_entry_amount_current, false) as is_entry_amount_current,
    origins.origin_path = 'marketing' as is_marketing_sourced,
    origins.origin_path = 'marketing' or origins.has_marketing_touch as is_influenced,
    milestones.won_at is not null as is_won,
    milestones.won_at is null and milestones.lost_at is not null as is_lost,
    milestones.won_at is not null and milestones.opportunity_type <> 'renewal' as is_new_win,
    amounts.current_amount is not null as has_own_amount,
    -- who says to expand or renew was a customer before
    milestones.won_at is not null
    and milestones.opportunity_type not in ('renewal', 'expansion')
    and row_number() over (
        partition by coalesce(milestones.account_id, milestones.opportunity_id)
        order by milestones.won_at nulls last, milestones.opportunity_id
    ) = 1 as is_new_customer,

    ---------- amounts
    milestones.currency as original_currency,
    cast(milestones.entry_original_amount as decimal(18, 2)) as entry_original_amount,
    cast(milestones.current_original_amount as decimal(18, 2)) as current_original_amount,
    amounts.entry_amount,
    amounts.current_amount,
    amounts.won_amount,
    cast(amounts.won_amount * {{ threshold('gross_margin_share') }} as decimal(28, 6)) as won_margin_amount,
    cast({{ ratio(
        'amounts.won_amount * ' ~ threshold('gross_margin_share'), threshold('revenue_months')
    ) }} as decimal(28, 10)) as monthly_margin_amount,
    coalesce(revenue.revenue_lines, 0) as revenue_lines,
    revenue.revenue_currency,
    revenue.original_amount as revenue_original_amount,
    revenue.reporting_amount as revenue_amount,

    ---------- time
    -- an entry that nobody observed tells nothing about time
    case
        when milestones.won_at is not null and not coalesce(milestones.is_entry_from_opening, false)
            then {{ double(seconds_between('milestones.opportunity_at', 'milestones.won_at')) }} / 86400
    end as cycle_days
from milestones
inner join origins on milestones.opportunity_id = origins.opportunity_id
inner join amounts on milestones.opportunity_id = amounts.opportunity_id
left join revenue on milestones.opportunity_id = revenue.opportunity_id
