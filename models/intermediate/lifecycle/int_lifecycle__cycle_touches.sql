-- One row per eligible touch within a cycle. Touches after the end of the last cycle belong to none yet.
with

touches as (

    select
        touches.*,
        channels.is_marketing
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('channels') }} as channels on touches.channel = channels.channel
    where touches.ineligible_reason is null

)

select
    touches.lead_id,
    windows.cycle_number,
    touches.touch_sequence,
    touches.connection,
    touches.source_id,
    touches.touched_at,
    touches.touched_precision,
    touches.channel,
    touches.is_marketing,
    row_number() over (
        partition by touches.lead_id, windows.cycle_number
        order by touches.touch_sequence
    ) as touch_number,
    min(touches.touched_at) over (partition by touches.lead_id) as person_first_touch_at
from touches
inner join {{ ref('int_lifecycle__cycle_windows') }} as windows
    on touches.lead_id = windows.lead_id
    and (windows.opens_after is null or touches.touched_at > windows.opens_after)
    and (windows.closed_at is null or touches.touched_at <= windows.closed_at)
