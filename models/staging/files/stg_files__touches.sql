-- One row per response or contact of one person or visitor, as the files landed last say.
with

{{ latest_of_files('touches') }},

typed as (

    select
        connection,
        source_id,
        person_id,
        visitor_id,
        {{ plausible_instant('happened_at') }} as happened_at,
        happened_precision,
        touch_type,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        referrer,
        landing_page,
        campaign_id,
        content_asset,
        click_id,
        coalesce(is_response, true) as is_response,
        user_agent,
        coalesce(consent_state, 'unknown') as consent_state,
        loaded_at,
        happened_at is not null and {{ plausible_instant('happened_at') }} is null as is_happened_implausible
    from latest

)

select * from typed
