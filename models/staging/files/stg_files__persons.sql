-- One row per record of a lead, contact or visitor, as the files landed last say.
with

{{ latest_of_files('persons') }},

typed as (

    select
        connection,
        source_id,
        kind,
        {{ plausible_instant('created_at') }} as created_at,
        created_precision,
        email,
        phone,
        visitor_id,
        foreign_id,
        company_name,
        account_id,
        country,
        job_title,
        lead_source,
        owner_id,
        merged_into,
        converted_to,
        converted_opportunity_id,
        coalesce(consent_state, 'unknown') as consent_state,
        {{ plausible_instant('contact_consented_at') }} as contact_consented_at,
        contact_consented_precision,
        {{ plausible_instant('contact_withdrawn_at') }} as contact_withdrawn_at,
        contact_withdrawn_precision,
        coalesce(is_deleted, false) as is_deleted,
        loaded_at,
        created_at is not null and {{ plausible_instant('created_at') }} is null as is_created_implausible,
        contact_consented_at is not null and {{ plausible_instant('contact_consented_at') }} is null
            as is_contact_consented_implausible,
        contact_withdrawn_at is not null and {{ plausible_instant('contact_withdrawn_at') }} is null
            as is_contact_withdrawn_implausible,
        -- a placeholder: what lies after the load has not happened
        coalesce(contact_withdrawn_at <= loaded_at, false)
        and {{ plausible_instant('contact_withdrawn_at') }} is null as is_contact_withdrawn_undated
    from latest

)

select * from typed
