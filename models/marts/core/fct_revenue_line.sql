-- One row per realised revenue line of an opportunity; credits are negative.
select
    {{ dbt.hash("connection || '|' || source_id") }} as revenue_line_id,
    connection,
    {{ dbt.hash('opportunity_id') }} as opportunity_id,
    revenue_date,
    currency as original_currency,
    cast(original_amount as decimal(18, 2)) as original_amount,
    reporting_amount as revenue_amount,
    cast(reporting_amount * {{ threshold('gross_margin_share') }} as decimal(28, 6)) as margin_amount,
    reporting_amount < 0 as is_credit
from {{ ref('int_opportunity__revenue_lines') }}
where opportunity_id is not null
