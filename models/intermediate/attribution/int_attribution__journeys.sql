-- One row per conversion and touch in its window that can get credit: eligible, by a person in scope, and no
-- repetition of the touch before.
with

conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

-- a touch repeats the last one of the same person by the same channel and campaign, if that is near enough
touches as (

    select
        classified.*,
        channels.touch_role,
        lag(classified.touched_at) over (
            partition by classified.lead_id, classified.channel, classified.campaign_id
            order by classified.touched_at, classified.connection, classified.source_id
        ) as last_touched_at
    from {{ ref('int_touch__classified') }} as classified
    inner join {{ ref('channels') }} as channels on classified.channel = channels.channel
    where classified.ineligible_reason is null

),

-- whose touches count for which conversion
people as (

    select
        conversions.*,
        conversions.lead_id as person_id
    from conversions
    where opportunity_key is null
    union all
    select
        conversions.*,
        people.lead_id
    from conversions
    inner join {{ ref('int_opportunity__people') }} as people
        on conversions.opportunity_key = people.opportunity_id
        and {{ is_in_scope('people', 'conversions') }}

)

select
    people.conversion_id,
    people.direct_handling,
    people.lead_created_at,
    people.opportunity_at,
    people.won_at,
    touches.touchpoint_id,
    touches.lead_id,
    touches.channel,
    touches.touch_role,
    touches.campaign_id,
    touches.touched_at,
    touches.touched_precision,
    touches.connection,
    touches.source_id
from people
inner join touches
    on people.person_id = touches.lead_id
    and touches.touched_at >= people.window_opens_at
    and touches.touched_at <= case
        when 'day' in (touches.touched_precision, people.converted_precision)
            then people.converted_day_ends_at
        else people.converted_at
    end
where
    (people.previous_exit_at is null or touches.touched_at > people.previous_exit_at)
    and (touches.touch_role <> 'sales' or people.include_sales_touches)
    -- what it would repeat lies before the window, or too far back
    and (
        touches.last_touched_at is null
        or touches.last_touched_at < people.window_opens_at
        or touches.last_touched_at <= people.previous_exit_at
        or {{ seconds_between('touches.last_touched_at', 'touches.touched_at') }}
        > 60 * people.collapse_minutes
    )
