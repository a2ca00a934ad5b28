-- One row per moment at which a rule of the agreement judges a lead: a stage that a system declared, or the
-- last telling touch of a day of an identified lead, which may meet the rule of an MQL undeclared.
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
        touches.touch_sequence,
        touches.connection,
        touches.source_id,
        touches.lead_id,
        touches.touched_at,
        touches.touched_precision,
        touches.touched_on
    from {{ ref('int_touch__classified') }} as touches
    inner join telling on touches.touch_type = telling.touch_type
    inner join {{ ref('int_identity__persons') }} as persons
        on touches.lead_id = persons.lead_id
        and persons.is_identified
    where touches.ineligible_reason is null

),

-- touches are numbered in their order
last_of_days as (

    select max(touch_sequence) as touch_sequence
    from touches
    group by lead_id, touched_on

),

moments as (

    select
        declaration_number as moment_number,
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
        -touches.touch_sequence,
        touches.connection,
        'touch|' || touches.source_id,
        touches.lead_id,
        'mql',
        touches.touched_at,
        touches.touched_precision,
        touches.touched_on,
        null,
        touches.source_id
    from touches
    inner join last_of_days on touches.touch_sequence = last_of_days.touch_sequence

)

select * from moments
where exists (
    select 1 from {{ ref('qualification_rules') }} as rules
    where
        rules.stage = moments.stage
        and (
            rules.connection is null
            or (rules.connection = moments.connection and moments.touch_id is null)
        )
        and {{ is_valid_on('rules', 'moments.declared_on') }}
)
