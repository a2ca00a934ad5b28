-- One row per calendar day from the start of history to `as_of`.
{% set history_start = "cast('" ~ var('history_start') ~ "' as date)" %}
with

numbers as (

    {{ dbt.generate_series(20000) }}

),

days as (

    select cast({{ dbt.dateadd('day', 'generated_number - 1', history_start) }} as date) as date_day
    from numbers

)

select date_day from days
where date_day <= {{ reporting_date(as_of()) }}
