-- One row per conversion, with or without touches: what all of its credit has in common.
select
    conversions.conversion_number,
    conversions.conversion_id,
    conversions.conversion_type,
    {{ reporting_date('conversions.converted_at') }} as conversion_date,
    conversions.conversion_month,
    -- a stage's own lead, never the first of an opportunity's people
    case
        when conversions.opportunity_id is null then {{ reporting_date('conversions.lead_created_at') }}
    end as inquiry_date,
    conversions.opportunity_id,
    conversions.lead_cycle_id,
    conversions.origin_path,
    conversions.segment,
    conversions.region,
    conversions.origin_path = 'marketing' as is_marketing_sourced,
    coalesce(
        qualified.stage = case conversions.conversion_type
            when 'pipeline' then 'opportunity' else conversions.conversion_type
        end,
        false
    ) as is_qualified_lead,
    cast(sign(conversions.amount) * 0.01 as decimal(3, 2)) as cent
from {{ ref('int_attribution__conversions') }} as conversions
left join {{ ref('qualified_lead_stage') }} as qualified
    on {{ is_valid_on('qualified', 'conversions.conversion_month') }}
