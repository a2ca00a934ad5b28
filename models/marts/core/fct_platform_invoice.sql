-- One row per advertising platform, month and currency with an invoice.
select
    {{ dbt.hash("platform || '|' || month || '|' || currency") }} as platform_invoice_id,
    platform,
    month as invoice_month,
    currency,
    channel,
    invoice_amount
from {{ ref('int_cost__invoices') }}
