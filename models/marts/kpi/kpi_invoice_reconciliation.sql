-- One row per advertising platform, month and currency with spend or an invoice: what the platform reports,
-- what it has invoiced, and whether the two agree.
with

spend as (

    select
        cost_item as platform,
        cost_month as month,
        original_currency as currency,
        sum(original_amount) as spend_amount,
        sum(case
            when
                is_in_other_timezone
                and cost_date in (cost_month, cast({{ dbt.last_day('cost_month', 'month') }} as date))
                then original_amount
            else 0
        end) as edge_amount
    from {{ ref('fct_marketing_cost') }}
    where record_type <> 'accrual'
    group by cost_item, cost_month, original_currency

),

invoices as (

    select * from {{ ref('fct_platform_invoice') }}

),

joined as (

    select
        coalesce(spend.platform, invoices.platform) as platform,
        coalesce(spend.month, invoices.invoice_month) as month,
        coalesce(spend.currency, invoices.currency) as currency,
        spend.platform is not null as is_reported,
        invoices.platform is not null as is_invoiced,
        cast(coalesce(spend.spend_amount, 0) as decimal(18, 2)) as spend_amount,
        cast(coalesce(invoices.invoice_amount, 0) as decimal(18, 2)) as invoice_amount,
        cast(coalesce(spend.edge_amount, 0) as decimal(18, 2)) as edge_amount
    from spend
    full outer join invoices
        on spend.platform = invoices.platform
        and spend.month = invoices.invoice_month
        and spend.currency = invoices.currency

)

select
    platform,
    month,
    currency,
    spend_amount,
    invoice_amount,
    cast(spend_amount - invoice_amount as decimal(18, 2)) as difference_amount,
    {{ ratio('(spend_amount - invoice_amount)', 'invoice_amount') }} as difference_share,
    case
        when not is_invoiced then 'not_invoiced'
        when not is_reported then 'not_reported'
        when abs(spend_amount - invoice_amount) > {{ threshold('invoice_tolerance') }} * abs(invoice_amount)
            then 'outside_tolerance'
        else 'within_tolerance'
    end as reconciliation,
    edge_amount
from joined
