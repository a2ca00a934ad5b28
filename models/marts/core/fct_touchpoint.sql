-- One row per eligible touch of one lead.
with

touches as (

    select * from {{ ref('int_touch__classified') }}
    where ineligible_reason is null

)

select
    {{ keyed_hash("connection || '|' || source_id") }} as touchpoint_id,
    lead_id,
    touched_at,
    touched_precision,
    touch_type,
    channel,
    channel_rule,
    campaign_id,
    utm_campaign,
    content_asset,
    connection
from touches
