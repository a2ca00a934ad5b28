-- A row is a lead cycle that starts before the former one has ended, or follows one without an end (I08).
-- Cycles that overlap count one stage in both.
-- Look at int_lifecycle__segments: only an exit closes a cycle, and only what comes after it starts the next.
select
    later.lead_cycle_id,
    earlier.exit_at,
    later.started_at
from {{ ref('fct_lead_lifecycle') }} as later
inner join {{ ref('fct_lead_lifecycle') }} as earlier
    on later.lead_id = earlier.lead_id
    and later.cycle_number = earlier.cycle_number + 1
where
    earlier.exit_at is null
    or later.started_at is null
    or later.started_at <= earlier.exit_at
    or later.first_touch_at <= earlier.exit_at
