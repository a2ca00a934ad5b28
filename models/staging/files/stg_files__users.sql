-- One row per CRM user, as the files landed last say.
with

{{ latest_of_files('users') }},

typed as (

    select
        connection,
        source_id,
        team,
        role,
        coalesce(is_active, true) as is_active,
        loaded_at
    from latest

)

select * from typed
