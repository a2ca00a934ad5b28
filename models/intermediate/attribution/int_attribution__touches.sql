-- One row per touch that can get credit, with the touch that it may repeat: the last one of the same person
-- by the same channel and campaign.
with

touches as (

    select
        classified.touch_sequence,
        classified.lead_id,
        classified.channel,
        channels.touch_role,
        classified.campaign_id,
        classified.touched_at,
        classified.touched_precision,
        coalesce(cycles.cycle_number, 0) as cycle_number
    from {{ ref('int_touch__classified') }} as classified
    inner join {{ ref('channels') }} as channels on classified.channel = channels.channel
    left join {{ ref('int_lifecycle__cycle_touches') }} as cycles
        on classified.touch_sequence = cycles.touch_sequence
    where classified.ineligible_reason is null

)

select
    *,
    lag(touched_at) over repetitions as last_touched_at,
    lag(cycle_number) over repetitions as last_cycle_number
from touches
window repetitions as (partition by lead_id, channel, campaign_id order by touch_sequence)
