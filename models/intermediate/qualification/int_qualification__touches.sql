-- One row per moment with a rule and eligible touch of its person that came before it: the
-- evidence of engagement that was there on that day.
with

assessed as (

    select
        connection,
        source_id,
        lead_id,
        declared_at,
        declared_on
    from {{ ref('int_qualification__applied_rules') }}
    group by connection, source_id, lead_id, declared_at, declared_on

),

touches as (

    select
        lead_id,
        touch_type,
        touched_at,
        touched_precision,
        connection,
        source_id,
        {{ reporting_date('touched_at') }} as touched_on
    from {{ ref('int_touch__classified') }}
    where ineligible_reason is null

)

select
    assessed.connection,
    assessed.source_id,
    assessed.declared_on,
    touches.connection as touch_connection,
    touches.source_id as touch_id,
    touches.touch_type,
    types.is_inquiry,
    types.is_hand_raiser,
    {{ days_between('touches.touched_on', 'assessed.declared_on') }} as age_days
from assessed
inner join touches
    on assessed.lead_id = touches.lead_id
    and (
        touches.touched_at <= assessed.declared_at
        or (touches.touched_precision = 'day' and touches.touched_on <= assessed.declared_on)
    )
inner join {{ ref('touch_types') }} as types on touches.touch_type = types.touch_type
