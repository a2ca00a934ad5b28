-- One row per campaign, as the files landed last say.
with

{{ latest_of_files('campaigns') }},

typed as (

    select
        connection,
        source_id,
        name,
        platform,
        campaign_type,
        channel,
        parent_id,
        budget_amount,
        currency,
        started_on,
        ended_on,
        loaded_at
    from latest

)

select * from typed
