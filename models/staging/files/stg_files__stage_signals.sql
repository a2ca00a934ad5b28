-- One row per change of a field of one person or opportunity, as the files landed last say.
with

{{ latest_of_files('stage_signals') }},

typed as (

    select
        connection,
        source_id,
        subject,
        subject_id,
        field,
        old_value,
        new_value,
        old_amount,
        new_amount,
        old_date,
        new_date,
        {{ plausible_instant('changed_at') }} as changed_at,
        changed_precision,
        changed_by,
        reason,
        reason_text,
        loaded_at,
        changed_at is not null and {{ plausible_instant('changed_at') }} is null as is_changed_implausible
    from latest

)

select * from typed
