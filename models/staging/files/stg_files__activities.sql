-- One row per sales activity, as the files landed last say.
with

{{ latest_of_files('activities') }},

typed as (

    select
        connection,
        source_id,
        person_id,
        opportunity_id,
        activity_type,
        direction,
        coalesce(is_automated, false) as is_automated,
        actor_id,
        {{ plausible_instant('happened_at') }} as happened_at,
        happened_precision,
        duration_minutes,
        loaded_at,
        happened_at is not null and {{ plausible_instant('happened_at') }} is null as is_happened_implausible
    from latest

)

select * from typed
