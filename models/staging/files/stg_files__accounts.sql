-- One row per company record, as the files landed last say.
with

{{ latest_of_files('accounts') }},

typed as (

    select
        connection,
        source_id,
        name,
        domain,
        parent_id,
        country,
        industry,
        employees,
        created_date,
        coalesce(is_deleted, false) as is_deleted,
        loaded_at
    from latest

)

select * from typed
