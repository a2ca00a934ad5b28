-- One row per touch: the person, the channel and the rule that chose it, and why the touch does not count, if
-- so.
with

touches as (

    select
        touches.*,
        traces.trace_id,
        {{ exact_instant('touches.happened') }} as touched_at,
        {{ reporting_date(exact_instant('touches.happened')) }} as touched_on
    from {{ ref('int_unified__touches') }} as touches
    inner join {{ ref('int_touch__traces') }} as traces
        on touches.connection = traces.connection
        and touches.source_id = traces.source_id

),

records as (

    select * from {{ ref('int_identity__records') }}

),

-- what leaves the same trace on the same day has the same rule
traces as (

    select
        trace_id,
        touched_on
    from touches
    group by trace_id, touched_on

),

ruled as (

    select
        traces.trace_id,
        traces.touched_on,
        origins.channel,
        origins.rule_order,
        row_number() over (
            partition by traces.trace_id, traces.touched_on order by origins.rule_order
        ) as rule_rank
    from traces
    inner join {{ ref('int_touch__origins') }} as origins
        on traces.trace_id = origins.trace_id
        and {{ is_valid_on('origins', 'traces.touched_on') }}

),

bots as (

    select * from {{ ref('int_touch__bots') }}

),

campaigns as (

    select * from {{ ref('int_campaign__keys') }}

),

joined as (

    select
        row_number() over (
            order by touches.touched_at, touches.connection, touches.source_id
        ) as touch_sequence,
        touches.connection,
        touches.source_id,
        {{ keyed_hash("touches.connection || '|' || touches.source_id") }} as touchpoint_id,
        touches.touch_type,
        touches.touched_at,
        touches.touched_on,
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
        on touches.trace_id = ruled.trace_id
        and touches.touched_on = ruled.touched_on
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
