-- One row per touch: the person, the channel and the rule that chose it, and why the touch does not count, if
-- so.
with

touches as (

    select
        *,
        {{ exact_instant('happened') }} as touched_at
    from {{ ref('int_unified__touches') }}

),

records as (

    select * from {{ ref('int_identity__records') }}

),

traces as (

    select
        connection,
        source_id,
        trace_id
    from {{ ref('int_touch__traces') }}

),

origins as (

    select * from {{ ref('int_touch__origins') }}

),

ruled as (

    select
        touches.connection,
        touches.source_id,
        origins.channel,
        origins.rule_order,
        row_number() over (
            partition by touches.connection, touches.source_id order by origins.rule_order
        ) as rule_rank
    from touches
    inner join traces
        on touches.connection = traces.connection
        and touches.source_id = traces.source_id
    inner join origins
        on traces.trace_id = origins.trace_id
        and {{ is_valid_on('origins', reporting_date('touches.touched_at')) }}

),

bots as (

    select * from {{ ref('int_touch__bots') }}

),

campaigns as (

    select * from {{ ref('int_campaign__keys') }}

),

joined as (

    select
        touches.connection,
        touches.source_id,
        {{ keyed_hash("touches.connection || '|' || touches.source_id") }} as touchpoint_id,
        touches.touch_type,
        touches.touched_at,
        touches.happened_precision as touched_precision,
        coalesce(campaigns.connection, touches.connection) || '|' || touches.campaign_id as campaign_id,
        touches.utm_campaign,
        touches.content_asset,
        touches.is_response,
        touches.consent_state,
        coalesce(named.lead_id, visitors.lead_id) as lead_id,
        coalesce(named.has_refused, visitors.has_refused, false) as has_refused,
        coalesce(ruled.channel, '(unmapped)') as channel,
        ruled.rule_order as channel_rule,
        bots.bot_rule
    from touches
    left join records as named
        on touches.connection = named.connection
        and touches.person_id = named.source_id
        and named.record_kind = 'record'
    left join records as visitors
        on touches.visitor_id = visitors.source_id
        and visitors.record_kind = 'visitor'
    left join bots
        on touches.connection = bots.connection
        and touches.source_id = bots.source_id
    left join campaigns on touches.campaign_id = campaigns.source_id
    left join ruled
        on touches.connection = ruled.connection
        and touches.source_id = ruled.source_id
        and ruled.rule_rank = 1

)

select
    *,
    case
        when touched_at is null then 'implausible_date'
        when not {{ is_known('touched_at', 'touched_precision') }} then 'after_as_of'
        when bot_rule is not null then 'not_human'
        when consent_state in ('denied', 'withdrawn') or has_refused then 'no_consent'
        when not is_response then 'exposure'
        when lead_id is null then 'no_person'
        when channel = '(unmapped)' then 'unmapped_channel'
    end as ineligible_reason
from joined
