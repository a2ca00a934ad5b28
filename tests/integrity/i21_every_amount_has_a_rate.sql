-- A row is a currency and day for which no exchange rate is known, though money has to be converted (I21).
-- The amount would be missing from every total; a rate of one would be wrong.
-- Land the rates of that day, or carry them further: threshold rate_carry_days.
with

unconverted as (

    select
        original_currency as currency,
        cost_date as rate_date,
        'fct_marketing_cost' as fact
    from {{ ref('fct_marketing_cost') }}
    where
        original_amount is not null
        and cost_amount is null
    union all
    select
        original_currency,
        {{ reporting_date('coalesce(opportunity_at, created_at, won_at, lost_at)') }},
        'fct_opportunity'
    from {{ ref('fct_opportunity') }}
    where
        (current_original_amount is not null and current_amount is null)
        or (entry_original_amount is not null and entry_amount is null)
    union all
    select
        currency,
        revenue_date,
        'int_opportunity__revenue_lines'
    from {{ ref('int_opportunity__revenue_lines') }}
    where
        original_amount is not null
        and reporting_amount is null

)

select
    coalesce(currency, '(not set)') as currency,
    rate_date,
    fact,
    count(*) as amounts
from unconverted
group by coalesce(currency, '(not set)'), rate_date, fact
