-- One row per role of one person on one opportunity, as the files landed last say.
with

{{ latest_of_files('opportunity_persons') }},

typed as (

    select
        connection,
        source_id,
        opportunity_id,
        person_id,
        role,
        coalesce(is_primary, false) as is_primary,
        loaded_at
    from latest

)

select * from typed
