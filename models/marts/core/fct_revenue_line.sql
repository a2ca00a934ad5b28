-- One row per realised revenue line of an opportunity; credits are negative.
select
    {{ dbt.hash("lines.connection || '|' || lines.source_id") }} as revenue_line_id,
    lines.connection,
    {{ dbt.hash('lines.opportunity_id') }} as opportunity_id,
    lines.revenue_date,

    ---------- dimensions of the opportunity
    origins.origin_path,
    origins.channel,
    origins.segment,
    origins.region,

    ---------- amounts
    lines.currency as original_currency,
    cast(lines.original_amount as decimal(18, 2)) as original_amount,
    lines.reporting_amount as revenue_amount,
    cast(lines.reporting_amount * {{ threshold('gross_margin_share') }} as decimal(28, 6)) as margin_amount,
    lines.reporting_amount < 0 as is_credit
from {{ ref('int_opportunity__revenue_lines') }} as lines
left join {{ ref('int_opportunity__origins') }} as origins on lines.opportunity_id = origins.opportunity_id
where lines.opportunity_id is not null
