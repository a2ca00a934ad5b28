-- One row per cost item and period, as the files landed last say.
with

{{ latest_of_files('other_costs') }},

typed as (

    select
        connection,
        source_id,
        item,
        period_start,
        period_end,
        cost_category,
        channel,
        campaign_id,
        amount,
        currency,
        loaded_at
    from latest

)

select * from typed
