-- One row per realised revenue line, as the files landed last say.
with

{{ latest_of_files('revenue') }},

typed as (

    select
        connection,
        source_id,
        opportunity_id,
        account_id,
        revenue_date,
        amount,
        currency,
        loaded_at
    from latest

)

select * from typed
