-- One row per stage or exit observed for a person, with the record that proves it. An inquiry is the first form, event
-- or declaration of one; only without any of them is it the creation of the record.
with

touches as (

    select
        touches.*,
        types.is_inquiry
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('touch_types') }} as types on touches.touch_type = types.touch_type
    where touches.ineligible_reason is null

),

persons as (

    select * from {{ ref('int_identity__persons') }}

),

records as (

    select * from {{ ref('int_identity__records') }}
    where record_kind = 'record'

),

declarations as (

    select * from {{ ref('int_lifecycle__declarations') }}

),

first_touches as (

    select
        lead_id,
        'first_touch' as stage,
        touched_at,
        touched_precision,
        connection,
        source_id,
        row_number() over (partition by lead_id order by touched_at, connection, source_id) as touch_rank
    from touches

),

inquiring_touches as (

    select
        touches.lead_id,
        'inquiry' as stage,
        touches.touched_at,
        touches.touched_precision,
        touches.connection,
        touches.source_id,
        row_number() over (
            partition by touches.lead_id order by touches.touched_at, touches.connection, touches.source_id
        ) as touch_rank
    from touches
    inner join persons
        on touches.lead_id = persons.lead_id
        and persons.is_identified
    where touches.is_inquiry

),

inquired as (

    select lead_id from inquiring_touches
    union
    select lead_id from declarations
    where stage = 'inquiry'

),

creations as (

    select
        records.lead_id,
        'inquiry' as stage,
        case
            when given.created_precision = 'day' then {{ end_of_reporting_day('cast(given.created_at as date)') }}
            else given.created_at
        end as created_instant,
        given.created_precision,
        given.connection,
        given.source_id,
        row_number() over (
            partition by records.lead_id order by given.created_at, given.connection, given.source_id
        ) as creation_rank
    from {{ ref('int_unified__persons') }} as given
    inner join records
        on given.connection = records.connection
        and given.source_id = records.source_id
    left join inquired on records.lead_id = inquired.lead_id
    where
        inquired.lead_id is null
        and given.created_at is not null

),

deals as (

    {% for stage in ['opportunity', 'won'] %}
    select
        links.lead_id,
        '{{ stage }}' as stage,
        milestones.{{ stage }}_at as happened_at,
        milestones.{{ stage }}_precision as happened_precision,
        milestones.connection,
        milestones.source_id
    from {{ ref('int_opportunity__links') }} as links
    inner join {{ ref('int_opportunity__milestones') }} as milestones
        on links.opportunity_id = milestones.opportunity_id
    where
        milestones.{{ stage }}_at is not null
        and milestones.opportunity_type <> 'renewal'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

),

events as (

    select lead_id, stage, null as exit_state, touched_at as happened_at, touched_precision as happened_precision,
        'touch' as evidence, null as reason, null as actor_role, connection, source_id
    from first_touches where touch_rank = 1
    union all
    select lead_id, stage, null, touched_at, touched_precision, 'touch', null, null, connection, source_id
    from inquiring_touches where touch_rank = 1
    union all
    select lead_id, stage, null, created_instant, created_precision, 'created', null, null, connection, source_id
    from creations where creation_rank = 1
    union all
    select lead_id, stage, exit_state, declared_at, declared_precision, 'declaration', reason, actor_role, connection,
        source_id
    from declarations
    union all
    select lead_id, stage, null, happened_at, happened_precision, 'opportunity', null, null, connection, source_id
    from deals

)

select * from events
where {{ is_known('happened_at', 'happened_precision') }}
