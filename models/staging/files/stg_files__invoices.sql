-- One row per platform and month, as the files landed last say.
with

{{ latest_of_files('invoices') }},

typed as (

    select
        connection,
        source_id,
        platform,
        invoice_month,
        amount,
        currency,
        loaded_at
    from latest

)

select * from typed
