-- Question: Which months of leads are old enough to be judged?
-- How to read: Inquiries of marketing by month. The window to an acceptance is given; a month counts in
-- full once `mature_share` is 1. Below that `conversion_rate` speaks of the older part only, and
-- `converted_so_far` can only rise: never compare it with older months.
-- Columns: month, entered, matured, mature_share, converted, conversion_rate, converted_so_far,
-- window_days
with

flows as (

    select
        month,
        basis,
        sum(entered) as entered,
        sum(matured) as matured,
        sum(converted) as converted,
        max(window_days) as window_days
    from {{ ref('kpi_funnel_conversion') }}
    where
        from_stage = 'inquiry'
        and to_stage = 'sal'
        and origin_path = 'marketing'
        and {{ in_last_full_months('month', 12) }}
    group by month, basis

)

select
    cohorts.month,
    cohorts.entered,
    cohorts.matured,
    {{ ratio('cohorts.matured', 'cohorts.entered') }} as mature_share,
    cohorts.converted,
    {{ ratio('cohorts.converted', 'cohorts.matured') }} as conversion_rate,
    to_date.converted as converted_so_far,
    cohorts.window_days
from flows as cohorts
inner join flows as to_date
    on cohorts.month = to_date.month
    and to_date.basis = 'to_date'
where cohorts.basis = 'cohort'
order by cohorts.month
