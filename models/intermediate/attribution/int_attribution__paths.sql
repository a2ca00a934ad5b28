-- One row per conversion and touch of its path, in order, with the anchors that the touch holds. Direct
-- visits are set aside as the policy says.
with

journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

other_touches as (

    select
        conversion_number,
        max(touched_at) as last_other_touch_at
    from journeys
    where not is_direct
    group by conversion_number

),

numbered as (

    select
        journeys.conversion_number,
        journeys.touch_sequence,
        journeys.touched_at,
        conversions.won_at,
        {{ is_touched_by('journeys', 'conversions.lead_created_at') }} as is_by_lead_creation,
        {{ is_touched_by('journeys', 'conversions.opportunity_at') }} as is_by_opportunity,
        cast(row_number() over (
            partition by journeys.conversion_number order by journeys.touch_sequence
        ) as integer) as touch_number
    from journeys
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on journeys.conversion_number = conversions.conversion_number
    left join other_touches on journeys.conversion_number = other_touches.conversion_number
    where
        not journeys.is_direct
        or {{ is_direct_kept(
            'conversions.direct_handling', 'journeys.touched_at', 'other_touches.last_other_touch_at'
        ) }}

),

-- an anchor is the last touch no later than its milestone; a lead created after the conversion has none
anchors as (

    select
        conversion_number,
        max(touch_number) as touches,
        max(touched_at) as last_touched_at,
        max(case when is_by_lead_creation then touch_number end) as lead_creation_number,
        max(case when is_by_opportunity then touch_number end) as opportunity_creation_number
    from numbered
    group by conversion_number

),

anchored as (

    select
        numbered.*,
        {{ seconds_between('numbered.touched_at', 'anchors.last_touched_at') }} as seconds_before_last,
        numbered.touch_number = 1 as is_first_touch,
        coalesce(numbered.touch_number = anchors.lead_creation_number, false) as is_lead_creation,
        coalesce(numbered.touch_number = anchors.opportunity_creation_number, false)
            as is_opportunity_creation,
        numbered.touch_number = anchors.touches and numbered.won_at is not null as is_closed_won,
        numbered.touch_number = anchors.touches as is_last_touch
    from numbered
    inner join anchors on numbered.conversion_number = anchors.conversion_number

)

select
    anchored.conversion_number,
    anchored.touch_number,
    touches.touchpoint_id,
    touches.lead_id,
    touches.channel,
    touches.campaign_id,
    anchored.touched_at,
    anchored.seconds_before_last,
    coalesce(anchored.is_by_opportunity, true) as is_by_opportunity,

    ---------- anchors
    anchored.is_first_touch,
    anchored.is_lead_creation,
    anchored.is_opportunity_creation,
    anchored.is_closed_won,
    anchored.is_last_touch,
    case
        when
            anchored.is_first_touch or anchored.is_lead_creation or anchored.is_opportunity_creation
            or anchored.is_last_touch
            then anchored.touch_number
        else 0
    end as holder_number
from anchored
inner join {{ ref('int_touch__classified') }} as touches
    on anchored.touch_sequence = touches.touch_sequence
