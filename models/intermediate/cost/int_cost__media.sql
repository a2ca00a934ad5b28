-- One row per spend row of an advertising platform (campaign, day, spend or credit), with its channel: the
-- campaign's own, else that of the platform, else none. A word that is no channel is `(unmapped)`.
with

spend as (

    select * from {{ ref('int_unified__spend') }}
    where spend_date <= {{ reporting_date(as_of()) }}

),

campaigns as (

    select * from {{ ref('int_unified__campaigns') }}

),

channels as (

    select channel from {{ ref('channels') }} as channels
    where {{ is_valid_on('channels', reporting_date(as_of())) }}

),

platform_channels as (

    select * from {{ ref('platform_channels') }}

),

candidates as (

    select
        spend.connection,
        spend.source_id,
        platform_channels.channel,
        row_number() over (
            partition by spend.connection, spend.source_id
            order by case when platform_channels.campaign_type is null then 1 else 0 end
        ) as rule_rank
    from spend
    left join campaigns
        on spend.connection = campaigns.connection
        and spend.campaign_id = campaigns.source_id
    inner join platform_channels
        on spend.platform = platform_channels.platform
        and {{ is_valid_on('platform_channels', 'spend.spend_date') }}
        and (
            platform_channels.campaign_type is null
            or lower(campaigns.campaign_type) = platform_channels.campaign_type
        )

)

select
    spend.connection,
    spend.source_id,
    spend.connection || '|' || spend.campaign_id as campaign_id,
    campaigns.source_id is not null as has_campaign_record,
    spend.platform,
    spend.spend_date as cost_date,
    spend.account_timezone,
    spend.record_type,
    'media' as cost_category,
    case
        when campaigns.channel is not null then coalesce(channels.channel, '(unmapped)')
        else coalesce(candidates.channel, 'not_allocated')
    end as channel,
    spend.amount as original_amount,
    spend.currency
from spend
left join campaigns
    on spend.connection = campaigns.connection
    and spend.campaign_id = campaigns.source_id
left join channels on lower(trim(campaigns.channel)) = channels.channel
left join candidates
    on spend.connection = candidates.connection
    and spend.source_id = candidates.source_id
    and candidates.rule_rank = 1
