-- A row is a currency in which the spend and accrued costs of raw, each record in its version landed last,
-- differ from the cost reported by a cent.
-- Money that is lost on the way makes a channel look cheap.
-- Look at the joins of int_cost__media and fct_marketing_cost: spend without a campaign record must stay.
with

spend as (

    select
        *,
        row_number() over (
            partition by connection, source_id
            order by load_number desc, file_name desc, line_number desc
        ) as version_rank
    from ({{ landed_files('spend') }}) as landed

),

other_costs as (

    select
        *,
        row_number() over (
            partition by connection, source_id
            order by load_number desc, file_name desc, line_number desc
        ) as version_rank
    from ({{ landed_files('other_costs') }}) as landed

),

days as (

    select
        min(date_day) as first_day,
        max(date_day) as last_day
    from {{ ref('int_reporting__days') }}

),

-- days of the period before the first day reported, and up to the last
elapsed as (

    select
        other_costs.currency,
        other_costs.amount,
        {{ days_between('other_costs.period_start', 'other_costs.period_end') }} + 1 as period_days,
        greatest({{ days_between('other_costs.period_start', 'days.first_day') }}, 0) as days_before,
        {{ days_between('other_costs.period_start', 'least(other_costs.period_end, days.last_day)') }} + 1
            as days_until
    from other_costs
    cross join days
    where
        other_costs.version_rank = 1
        and other_costs.period_start <= days.last_day
        and other_costs.period_end >= days.first_day

),

received as (

    select
        currency,
        -- reported amounts are cents, each row rounded
        sum(round(amount, 2)) as amount
    from spend
    where
        version_rank = 1
        and spend_date <= {{ reporting_date(as_of()) }}
    group by currency
    union all
    select
        currency,
        sum(
            round(cast(amount * days_until / period_days as decimal(28, 8)), 2)
            - round(cast(amount * days_before / period_days as decimal(28, 8)), 2)
        )
    from elapsed
    group by currency

),

received_by_currency as (

    select
        currency,
        sum(amount) as amount
    from received
    group by currency

),

reported as (

    select
        original_currency as currency,
        sum(original_amount) as amount
    from (
        select
            original_currency,
            original_amount
        from {{ ref('fct_marketing_cost') }}
        union all
        select
            original_currency,
            original_amount
        from {{ ref('fct_sales_cost') }}
    ) as costs
    group by original_currency

)

select
    received_by_currency.currency as received_currency,
    received_by_currency.amount as received_amount,
    reported.currency as reported_currency,
    reported.amount as reported_amount
from received_by_currency
full outer join reported on received_by_currency.currency = reported.currency
where
    received_by_currency.currency is null
    or reported.currency is null
    or abs(received_by_currency.amount - reported.amount) >= 0.01
