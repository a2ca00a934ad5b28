-- One row per moment at which the agreement judges a lead: each stage that a system declared, and the last
-- telling touch of each day of an identified lead, which may meet the rule of an MQL undeclared.
with

-- kinds of touches that raise a hand, or that the agreement gives points for
telling as (

    select touch_type from {{ ref('touch_types') }}
    where is_hand_raiser
    union
    select touch_type from {{ ref('scoring_rules') }}
    where
        touch_type is not null
        and points > 0

),

touches as (

    select
        touches.connection,
        touches.source_id,
        touches.lead_id,
        touches.touched_at,
        touches.touched_precision,
        {{ reporting_date('touches.touched_at') }} as touched_on,
        row_number() over (
            partition by touches.lead_id, {{ reporting_date('touches.touched_at') }}
            order by touches.touched_at desc, touches.connection desc, touches.source_id desc
        ) as rank_in_day
    from {{ ref('int_touch__classified') }} as touches
    inner join telling on touches.touch_type = telling.touch_type
    inner join {{ ref('int_identity__persons') }} as persons
        on touches.lead_id = persons.lead_id
        and persons.is_identified
    where touches.ineligible_reason is null

)

select
    connection,
    source_id,
    lead_id,
    stage,
    declared_at,
    declared_precision,
    declared_on,
    actor_role,
    cast(null as {{ dbt.type_string() }}) as touch_id
from {{ ref('int_qualification__declared') }}
where stage is not null
union all
select
    connection,
    'touch|' || source_id,
    lead_id,
    'mql',
    touched_at,
    touched_precision,
    touched_on,
    null,
    source_id
from touches
where rank_in_day = 1
