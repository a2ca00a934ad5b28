-- A row is a special value of the channel that the agreement does not hold.
-- Leads and cost without a channel carry these values; without a row they would fail or vanish on pages.
-- Add the value to channels.csv.
with

special_values as (

    select '(no touch)' as channel
    union all
    select '(no anchor)'
    union all
    select '(not set)'
    union all
    select '(unmapped)'
    union all
    select 'not_allocated'

)

select special_values.channel from special_values
left join {{ ref('channels') }} as channels on special_values.channel = channels.channel
where channels.channel is null
