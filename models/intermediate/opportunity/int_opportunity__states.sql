-- One row per opportunity and change known by `as_of`: whether it counts as pipeline from then on, its
-- outcome (open, won, lost), and whether that is the outcome that has lasted to this day.
with

timeline as (

    select * from {{ ref('int_opportunity__timeline') }}
    where {{ is_known('happened_at', 'happened_precision') }}

),

mapping as (

    select
        stage_mapping.*,
        stages.is_pipeline
    from {{ ref('stage_mapping') }} as stage_mapping
    left join {{ ref('stages') }} as stages on stage_mapping.stage = stages.stage
    where
        stage_mapping.subject = 'opportunity'
        and stage_mapping.field = 'stage'

),

connections as (

    {% for connection in var('connections') -%}
    select
        '{{ connection.name }}' as connection,
        {{ connection.get('pipeline_entry_requires_amount', true) | lower }} as requires_amount
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

states as (

    select
        timeline.*,
        coalesce(mapping.is_pipeline, false) as is_at_entry_stage,
        coalesce(
            mapping.is_pipeline and (timeline.amount > 0 or not connections.requires_amount), false
        ) as is_in_pipeline,
        case
            when mapping.stage = 'won' then 'won'
            when mapping.exit_state = 'lost' then 'lost'
            else 'open'
        end as outcome,
        row_number() over (
            partition by timeline.connection, timeline.opportunity_id
            order by timeline.happened_at desc, timeline.sequence desc, timeline.changed_field asc
        ) as rank_from_last
    from timeline
    inner join connections on timeline.connection = connections.connection
    left join mapping
        on timeline.connection = mapping.connection
        and timeline.stage_value = mapping.value
        and {{ is_valid_on('mapping', reporting_date('timeline.happened_at')) }}

),

compared as (

    select
        *,
        max(case when rank_from_last = 1 then outcome end) over opportunity as last_outcome
    from states
    window opportunity as (partition by connection, opportunity_id)

),

-- an outcome lasts from the first change to it after the last change to any other
dated as (

    select
        *,
        max(case when outcome <> last_outcome then happened_at end) over opportunity as other_until
    from compared
    window opportunity as (partition by connection, opportunity_id)

)

select
    connection,
    opportunity_id,
    happened_at,
    happened_precision,
    changed_field,
    sequence,
    stage_value,
    amount,
    is_at_entry_stage,
    is_in_pipeline,
    outcome,
    outcome = last_outcome and (other_until is null or happened_at > other_until) as is_lasting
from dated
