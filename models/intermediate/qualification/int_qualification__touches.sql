-- One row per moment and eligible touch of its person that came before it: the evidence of engagement that
-- was there on that day.
with

moments as (

    select * from {{ ref('int_qualification__moments') }}

),

touches as (

    select
        lead_id,
        touch_type,
        touched_at,
        touched_precision,
        touch_sequence,
        touched_on
    from {{ ref('int_touch__classified') }}
    where ineligible_reason is null

)

select
    moments.moment_number,
    moments.declared_on,
    touches.touch_sequence,
    touches.touch_type,
    types.is_inquiry,
    types.is_hand_raiser,
    {{ days_between('touches.touched_on', 'moments.declared_on') }} as age_days
from moments
inner join touches
    on moments.lead_id = touches.lead_id
    and (
        touches.touched_at <= moments.declared_at
        or (touches.touched_precision = 'day' and touches.touched_on <= moments.declared_on)
    )
inner join {{ ref('touch_types') }} as types on touches.touch_type = types.touch_type
