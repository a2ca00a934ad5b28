-- One row per stage or exit observed for a person, with the record that proves it. An inquiry is the first
-- form, event or declaration of one; only without any of them is it the creation of the record.
with

touch_events as (

    select * from {{ ref('int_lifecycle__touch_events') }}

),

declarations as (

    select * from {{ ref('int_lifecycle__declarations') }}

),

inquired as (

    select lead_id from touch_events
    where stage = 'inquiry'
    union
    select lead_id from declarations
    where stage = 'inquiry'

),

creations as (

    select
        records.lead_id,
        'inquiry' as stage,
        {{ exact_instant('given.created') }} as happened_at,
        given.created_precision as happened_precision,
        'created' as evidence,
        given.connection,
        given.source_id,
        row_number() over (
            partition by records.lead_id order by given.created_at, given.connection, given.source_id
        ) as creation_rank
    from {{ ref('int_unified__persons') }} as given
    inner join {{ ref('int_identity__records') }} as records
        on given.connection = records.connection
        and given.source_id = records.source_id
        and records.record_kind = 'record'
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
        'opportunity' as evidence,
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
    {%- endfor %}

),

stages as (

    select * from touch_events
    union all
    select
        lead_id,
        stage,
        happened_at,
        happened_precision,
        evidence,
        connection,
        source_id
    from creations
    where creation_rank = 1
    union all
    select * from deals

),

events as (

    select
        lead_id,
        stage,
        exit_state,
        declared_at as happened_at,
        declared_precision as happened_precision,
        'declaration' as evidence,
        actor_role,
        is_contradicted,
        connection,
        source_id
    from declarations
    union all
    select
        lead_id,
        stage,
        null,
        happened_at,
        happened_precision,
        evidence,
        null,
        false,
        connection,
        source_id
    from stages

)

select * from events
where {{ is_known('happened_at', 'happened_precision') }}
