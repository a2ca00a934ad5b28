-- One row per thing that happened to a lead and may move its cycle: a stage observed, an exit, or a deal that
-- opens (which is neither).
{% set text = dbt.type_string() %}
with

declarations as (

    select * from {{ ref('int_lifecycle__declarations') }}

),

deals as (

    select * from {{ ref('int_lifecycle__deals') }}

),

events as (

    select
        lead_id,
        cast(stage as {{ text }}) as stage,
        cast(null as {{ text }}) as exit_state,
        happened_at,
        happened_precision,
        cast(evidence as {{ text }}) as evidence,
        false as is_contradicted,
        cast(null as {{ text }}) as reason,
        connection,
        source_id
    from {{ ref('int_lifecycle__touch_events') }}
    union all
    select
        lead_id,
        'inquiry',
        null,
        happened_at,
        happened_precision,
        'created',
        false,
        null,
        connection,
        source_id
    from {{ ref('int_lifecycle__creations') }}
    union all
    select
        lead_id,
        stage,
        null,
        declared_at,
        declared_precision,
        'declaration',
        is_contradicted,
        null,
        connection,
        source_id
    from declarations
    where stage is not null
    union all
    select
        lead_id,
        null,
        exit_state,
        declared_at,
        declared_precision,
        'declaration',
        is_contradicted and stage is null,
        reason,
        connection,
        source_id
    from declarations
    where exit_state is not null
    {%- for stage in ['opportunity', 'won'] %}
    union all
    select
        lead_id,
        '{{ stage }}',
        null,
        {{ stage }}_at,
        {{ stage }}_precision,
        'opportunity',
        false,
        null,
        connection,
        source_id
    from deals
    where {{ stage }}_at is not null
    {%- endfor %}
    union all
    select
        lead_id,
        null,
        null,
        opened_at,
        'second',
        'deal_opened',
        false,
        null,
        connection,
        source_id
    from deals
    union all
    select
        lead_id,
        null,
        exit_state,
        exit_at,
        exit_precision,
        'opportunity',
        false,
        reason,
        connection,
        source_id
    from {{ ref('int_lifecycle__deal_exits') }}

)

select * from events
where {{ is_known('happened_at', 'happened_precision') }}
