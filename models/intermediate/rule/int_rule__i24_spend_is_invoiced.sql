-- One row per platform, month and currency with an invoice: whether the spend that the platform reports is
-- what it invoices, within the tolerance (I24). A month counts once it is over.
select
    'I24' as rule,
    'invoice' as subject_type,
    platform || '|' || cast(month as {{ dbt.type_string() }}) || '|' || currency as subject_key,
    {{ end_of_reporting_day(dbt.last_day('month', 'month')) }} as examined_at,
    '(not set)' as team,
    channel,
    {{ rule_outcome(
        'abs(difference_amount) <= ' ~ threshold('invoice_tolerance') ~ ' * abs(invoice_amount)'
    ) }} as outcome
from {{ ref('int_cost__invoices') }}
where {{ end_of_reporting_day(dbt.last_day('month', 'month')) }} < {{ as_of() }}
