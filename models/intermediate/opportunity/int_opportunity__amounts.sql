-- One row per opportunity: its amounts in the reporting currency. What entered the pipeline is converted at
-- the rate of that day, what was won at the rate of the day of the win.
with

-- without an entry the day of the creation, else of the close; without any, the day of the report
dated as (

    select
        *,
        {{ reporting_date(
            'coalesce(opportunity_at, created_at, won_at, lost_at, ' ~ as_of() ~ ')'
        ) }} as entry_date,
        {{ reporting_date('won_at') }} as won_date
    from {{ ref('int_opportunity__milestones') }}

),

rates as (

    select * from {{ ref('int_currency__daily_rates') }}

),

converted as (

    select
        dated.opportunity_id,
        dated.entry_date,
        dated.won_date,
        {%- for amount in ['entry', 'current'] %}
        {{ in_reporting_currency(
            'dated.' ~ amount ~ '_original_amount', 'dated.currency', 'at_entry'
        ) }} as {{ amount }}_amount,
        {%- endfor %}
        {{ in_reporting_currency(
            'dated.current_original_amount', 'dated.currency', 'at_win'
        ) }} as amount_at_win
    from dated
    left join rates as at_entry
        on dated.currency = at_entry.currency
        and dated.entry_date = at_entry.date_day
    left join rates as at_win
        on dated.currency = at_win.currency
        and dated.won_date = at_win.date_day

)

select
    converted.opportunity_id,
    converted.entry_date,
    converted.entry_amount,
    converted.current_amount,
    case
        when converted.won_date is not null then coalesce(converted.amount_at_win, revenue.reporting_amount)
    end as won_amount
from converted
left join {{ ref('int_opportunity__revenue') }} as revenue
    on converted.opportunity_id = revenue.opportunity_id
