-- One row per currency and day published, as the files landed last say.
with

{{ latest_of_files('fx_rates') }},

typed as (

    select
        connection,
        source_id,
        currency,
        rate_date,
        units_per_euro,
        provider,
        loaded_at
    from latest

)

select * from typed
