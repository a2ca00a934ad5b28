-- One row per opportunity, as the files landed last say.
with

{{ latest_of_files('opportunities') }},

typed as (

    select
        connection,
        source_id,
        account_id,
        opportunity_type,
        stage,
        amount,
        currency,
        product,
        {{ plausible_instant('created_at') }} as created_at,
        created_precision,
        {{ plausible_instant('closed_at') }} as closed_at,
        closed_precision,
        expected_close_date,
        loss_reason,
        loss_reason_text,
        campaign_id,
        owner_id,
        coalesce(is_partner, false) as is_partner,
        coalesce(is_deleted, false) as is_deleted,
        loaded_at,
        created_at is not null and {{ plausible_instant('created_at') }} is null as is_created_implausible,
        closed_at is not null and {{ plausible_instant('closed_at') }} is null as is_closed_implausible
    from latest

)

select * from typed
