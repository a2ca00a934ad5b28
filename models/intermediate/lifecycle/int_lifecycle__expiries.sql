-- One row per lead and silence: where nothing happened for the time-out while the cycle was open and sales
-- had not accepted the lead since the last exit, the cycle expired.
with

ordered as (

    select * from {{ ref('int_lifecycle__ordered_events') }}

),

{{ cycle_segments('ordered') }},

silences as (

    select
        lead_id,
        connection,
        source_id,
        is_open and not ends_cycle as is_open,
        {{ dbt.dateadd(
            'day', 'cast(' ~ threshold('cycle_timeout_days') ~ ' as integer)', 'ordered_at'
        ) }} as expires_at,
        lead(ordered_at) over (partition by lead_id order by event_number) as next_at,
        bool_or(stage is not null and not is_contradicted) over (
            partition by lead_id order by event_number
            rows between unbounded preceding and current row
        ) as has_begun,
        -- what sales does with a closed cycle does not keep the next one alive
        bool_or(is_open and not may_expire and exit_state is null and not is_contradicted) over (
            partition by lead_id, exits_before order by event_number
            rows between unbounded preceding and current row
        ) as is_in_work
    from segmented

)

select
    lead_id,
    expires_at,
    connection,
    source_id
from silences
where
    is_open
    and has_begun
    and not is_in_work
    and expires_at <= {{ as_of() }}
    and (next_at is null or next_at > expires_at)
