-- One row per opportunity: when it entered the pipeline and with which amount, when it was won or lost.
with

opportunities as (

    select
        *,
        {{ exact_instant('created') }} as created_instant,
        {{ exact_instant('closed') }} as closed_instant
    from {{ ref('int_unified__opportunities') }}
    where not is_deleted

),

timeline as (

    select * from {{ ref('int_opportunity__timeline') }}

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
        mapping.is_pipeline and (timeline.amount > 0 or not connections.requires_amount) as is_in_pipeline,
        timeline.is_stage_change and mapping.stage = 'won' as is_win,
        timeline.is_stage_change and mapping.exit_state = 'lost' as is_loss
    from timeline
    inner join connections on timeline.connection = connections.connection
    left join mapping
        on timeline.connection = mapping.connection
        and timeline.stage_value = mapping.value
        and {{ is_valid_on('mapping', 'cast(timeline.happened_at as date)') }}
    where {{ is_known('timeline.happened_at', 'timeline.happened_precision') }}

),

{% for milestone, condition in {'entry': 'is_in_pipeline', 'win': 'is_win', 'loss': 'is_loss'}.items() %}
{{ milestone }} as (

    select
        connection,
        opportunity_id,
        happened_at,
        happened_precision,
        sequence,
        amount,
        row_number() over (
            partition by connection, opportunity_id order by happened_at, sequence
        ) as state_rank
    from states
    where {{ condition }}

),
{% endfor %}
joined as (

    select
        opportunities.connection,
        opportunities.source_id,
        opportunities.connection || '|' || opportunities.source_id as opportunity_id,
        opportunities.connection || '|' || opportunities.account_id as account_id,
        coalesce(opportunities.opportunity_type, 'new_business') as opportunity_type,
        opportunities.is_partner,
        opportunities.product,
        opportunities.stage as source_stage,
        opportunities.loss_reason,
        opportunities.currency,
        opportunities.amount as current_original_amount,
        opportunities.created_instant as created_at,
        opportunities.created_precision,
        entry.happened_at as opportunity_at,
        entry.happened_precision as opportunity_precision,
        entry.sequence = 0 as is_entry_from_opening,
        entry.amount as entry_original_amount,
        -- a win or loss without history happened when the opportunity was closed
        case
            when win.sequence = 0 then coalesce(opportunities.closed_instant, win.happened_at)
            else win.happened_at
        end as won_at,
        case
            when win.sequence = 0 then coalesce(opportunities.closed_precision, win.happened_precision)
            else win.happened_precision
        end as won_precision,
        case
            when loss.sequence = 0 then coalesce(opportunities.closed_instant, loss.happened_at)
            else loss.happened_at
        end as lost_at
    from opportunities
    {% for milestone in ['entry', 'win', 'loss'] %}
    left join {{ milestone }}
        on opportunities.connection = {{ milestone }}.connection
        and opportunities.source_id = {{ milestone }}.opportunity_id
        and {{ milestone }}.state_rank = 1
    {% endfor %}

)

select
    *,
    opportunity_at is not null and opportunity_type <> 'renewal' as is_new_pipeline
from joined
