-- One row per conversion and touch of its path, in order, with the anchors that the touch holds. Direct
-- visits are set aside as the policy says.
with

compared as (

    select
        *,
        max(case when touch_role <> 'direct' then touched_at end) over (partition by conversion_id)
            as last_other_touch_at
    from {{ ref('int_attribution__journeys') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by conversion_id order by touched_at, connection, source_id
        ) as touch_number
    from compared
    where
        touch_role <> 'direct'
        or {{ is_direct_kept('direct_handling', 'touched_at', 'last_other_touch_at') }}

),

-- an anchor is the last touch no later than its milestone; a lead created after the conversion has none
anchored as (

    select
        *,
        {{ is_touched_by('opportunity_at') }} as is_by_opportunity,
        max(touch_number) over journey as touches,
        max(touched_at) over journey as last_touched_at,
        max(case when {{ is_touched_by('lead_created_at') }} then touch_number end) over journey
            as lead_creation_number,
        max(case when {{ is_touched_by('opportunity_at') }} then touch_number end) over journey
            as opportunity_creation_number
    from numbered
    window journey as (partition by conversion_id)

)

select
    conversion_id,
    cast(touch_number as integer) as touch_number,
    touchpoint_id,
    lead_id,
    channel,
    campaign_id,
    touched_at,
    {{ seconds_between('touched_at', 'last_touched_at') }} as seconds_before_last,
    coalesce(is_by_opportunity, true) as is_by_opportunity,

    ---------- anchors
    touch_number = 1 as is_first_touch,
    coalesce(touch_number = lead_creation_number, false) as is_lead_creation,
    coalesce(touch_number = opportunity_creation_number, false) as is_opportunity_creation,
    touch_number = touches and won_at is not null as is_closed_won,
    touch_number = touches as is_last_touch
from anchored
