-- One row per platform, account, campaign, day and record type, as the files landed last say.
with

{{ latest_of_files('spend') }},

typed as (

    select
        connection,
        source_id,
        platform,
        account_id,
        campaign_id,
        spend_date,
        coalesce(account_timezone, '{{ var("report_timezone") }}') as account_timezone,
        record_type,
        amount,
        currency,
        impressions,
        clicks,
        platform_conversions,
        loaded_at
    from latest

)

select * from typed
