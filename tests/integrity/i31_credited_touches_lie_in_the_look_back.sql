-- A row is a touch with credit that came after its conversion or before its look-back (I31).
-- Dates without a time of day are compared by the date.
-- Look at the window in int_attribution__conversions and int_attribution__journeys.
with

-- every model credits touches of the same path
credits as (

    select
        conversion_id,
        touchpoint_id
    from {{ ref('fct_attribution') }}
    where touchpoint_id is not null
    group by conversion_id, touchpoint_id

),

credited as (

    select
        credits.conversion_id,
        touches.touchpoint_id,
        touches.touched_at,
        conversions.converted_at,
        conversions.look_back_days,
        'day' in (touches.touched_precision, conversions.converted_precision) as is_by_date,
        {{ reporting_date('touches.touched_at') }} as touched_on,
        {{ reporting_date('conversions.converted_at') }} as converted_on
    from credits
    inner join {{ ref('fct_touchpoint') }} as touches on credits.touchpoint_id = touches.touchpoint_id
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on credits.conversion_id = conversions.conversion_id

)

select
    conversion_id,
    touchpoint_id,
    touched_at,
    converted_at
from credited
where
    case when is_by_date then touched_on > converted_on else touched_at > converted_at end
    or (
        touched_at < {{ dbt.dateadd('day', '-look_back_days', 'converted_at') }}
        and (not is_by_date or {{ days_between('touched_on', 'converted_on') }} > look_back_days)
    )
