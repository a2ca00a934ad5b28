-- One row per platform, month and currency with an invoice: what was invoiced, and what the platform reports
-- as spend less credits.
with

spend as (

    select
        platform,
        {{ month_of('cost_date') }} as month,
        currency,
        sum(original_amount) as spend_amount,
        min(channel) as channel
    from {{ ref('int_cost__media') }}
    group by platform, {{ month_of('cost_date') }}, currency

),

invoices as (

    select
        platform,
        {{ month_of('invoice_month') }} as month,
        currency,
        sum(amount) as invoice_amount
    from {{ ref('int_unified__invoices') }}
    group by platform, {{ month_of('invoice_month') }}, currency

)

select
    invoices.platform,
    invoices.month,
    invoices.currency,
    coalesce(spend.channel, 'not_allocated') as channel,
    cast(invoices.invoice_amount as decimal(18, 2)) as invoice_amount,
    cast(coalesce(spend.spend_amount, 0) as decimal(18, 2)) as spend_amount,
    cast(coalesce(spend.spend_amount, 0) - invoices.invoice_amount as decimal(18, 2)) as difference_amount
from invoices
left join spend
    on invoices.platform = spend.platform
    and invoices.month = spend.month
    and invoices.currency = spend.currency
