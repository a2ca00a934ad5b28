-- One row per eligible touch of one lead.
with

touches as (

    select * from {{ ref('int_touch__classified') }}
    where ineligible_reason is null

)

select
    touches.touchpoint_id,
    touches.lead_id,
    coalesce(cast(cycles.cycle_number as integer), 0) as cycle_number,
    touches.touched_at,
    touches.touched_precision,
    touches.touched_on as touched_date,
    touches.touch_type,
    touches.channel,
    touches.channel_rule,
    coalesce(touches.campaign_id, '(not set)') as campaign_id,
    persons.segment,
    persons.region,
    touches.utm_campaign,
    touches.content_asset,
    touches.connection
from touches
inner join {{ ref('int_identity__persons') }} as persons on touches.lead_id = persons.lead_id
left join {{ ref('int_lifecycle__cycle_touches') }} as cycles
    on touches.touch_sequence = cycles.touch_sequence
