-- One row per conversion, with the window in which a touch can get credit for it, and when the first of its
-- people became a lead.
with

policies as (

    select * from {{ ref('attribution_policies') }}

),

converted as (

    select
        *,
        {{ reporting_date('converted_at') }} as converted_on,
        {{ month_of(reporting_date('converted_at')) }} as conversion_month
    from {{ ref('int_attribution__converted') }}

),

ruled as (

    select
        converted.*,
        policies.scope,
        policies.look_back_days,
        policies.collapse_minutes,
        policies.direct_handling,
        policies.include_sales_touches
    from converted
    inner join policies
        on converted.conversion_type = policies.conversion_type
        and {{ is_valid_on('policies', 'converted.conversion_month') }}

),

first_inquiries as (

    select
        ruled.conversion_id,
        min(cycles.inquiry_at) as lead_created_at
    from ruled
    inner join {{ ref('int_opportunity__people') }} as people
        on ruled.opportunity_key = people.opportunity_id
        and {{ is_in_scope('people', 'ruled') }}
    inner join {{ ref('int_lifecycle__cycles') }} as cycles on people.lead_id = cycles.lead_id
    group by ruled.conversion_id

)

select
    row_number() over (order by ruled.conversion_id) as conversion_number,
    ruled.conversion_id,
    ruled.conversion_type,

    ---------- what converted
    ruled.lead_cycle_id,
    ruled.lead_id,
    ruled.cycle_number,
    ruled.opportunity_id,
    ruled.opportunity_key,
    ruled.account_id,
    ruled.origin_path,
    ruled.channel,
    ruled.segment,
    ruled.region,
    ruled.amount,

    ---------- instants
    ruled.converted_at,
    ruled.converted_precision,
    ruled.conversion_month,
    ruled.opportunity_at,
    ruled.won_at,
    coalesce(ruled.lead_created_at, first_inquiries.lead_created_at) as lead_created_at,

    ---------- the window of the touches
    ruled.previous_exit_at,
    {{ opens_days_before('ruled.converted_at', 'ruled.converted_precision', 'ruled.look_back_days') }}
        as window_opens_at,
    {{ end_of_reporting_day('ruled.converted_on') }} as converted_day_ends_at,
    ruled.look_back_days,
    ruled.scope,
    ruled.collapse_minutes,
    ruled.direct_handling,
    ruled.include_sales_touches
from ruled
left join first_inquiries on ruled.conversion_id = first_inquiries.conversion_id
