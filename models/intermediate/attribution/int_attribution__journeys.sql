-- One row per conversion and touch in its window that can get credit: eligible, by a person in scope, and no
-- repetition of the touch before.
{% set window_columns = [
    'conversion_number', 'converted_at', 'converted_precision', 'converted_day_ends_at', 'window_opens_at',
    'previous_exit_at', 'collapse_minutes', 'include_sales_touches'
] %}
with

conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

-- whose touches count for which conversion; the join with touches is one of this relation alone
people as {{ materialized() }} (

    select
        lead_id as person_id,
        {{ window_columns | join(',\n        ') }}
    from conversions
    where opportunity_key is null
    union all
    select
        people.lead_id,
        conversions.{{ window_columns | join(',\n        conversions.') }}
    from conversions
    inner join {{ ref('int_opportunity__people') }} as people
        on conversions.opportunity_key = people.opportunity_id
        and {{ is_in_scope('people', 'conversions') }}

)

select
    people.conversion_number,
    touches.touch_sequence,
    touches.touched_at,
    touches.touched_precision,
    touches.touch_role = 'direct' as is_direct
from people
inner join {{ ref('int_attribution__touches') }} as touches
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
