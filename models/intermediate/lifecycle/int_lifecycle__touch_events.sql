-- One row per person and stage that a touch proves: the first touch of all, and the first inquiry of an
-- identified person.
with

touches as (

    select * from {{ ref('int_touch__classified') }}
    where ineligible_reason is null

),

persons as (

    select * from {{ ref('int_identity__persons') }}

),

candidates as (

    select
        touches.*,
        'first_touch' as stage
    from touches
    inner join {{ ref('touch_types') }} as types on touches.touch_type = types.touch_type
    union all
    select
        touches.*,
        'inquiry'
    from touches
    inner join {{ ref('touch_types') }} as types
        on touches.touch_type = types.touch_type
        and types.is_inquiry
    inner join persons
        on touches.lead_id = persons.lead_id
        and persons.is_identified

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, stage order by touched_at, connection, source_id
        ) as touch_rank
    from candidates

)

select
    lead_id,
    stage,
    touched_at as happened_at,
    touched_precision as happened_precision,
    'touch' as evidence,
    connection,
    source_id
from ranked
where touch_rank = 1
