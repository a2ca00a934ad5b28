-- One row per campaign, and one for no campaign.
with

campaigns as (

    select
        connection || '|' || source_id as campaign_id,
        name as campaign_name,
        coalesce(platform, '(not set)') as platform,
        coalesce(campaign_type, '(not set)') as campaign_type,
        true as has_record
    from {{ ref('int_unified__campaigns') }}

),

-- campaigns that cost money or were touched, and of which no record has landed
named_elsewhere as (

    select campaign_id from {{ ref('int_cost__media') }}
    union
    select campaign_id from {{ ref('int_cost__accruals') }}
    where campaign_id is not null
    union
    select campaign_id from {{ ref('int_touch__classified') }}
    where campaign_id is not null

),

named as (

    select * from campaigns
    union all
    select
        named_elsewhere.campaign_id,
        '(not set)',
        '(not set)',
        '(not set)',
        false
    from named_elsewhere
    left join campaigns on named_elsewhere.campaign_id = campaigns.campaign_id
    where campaigns.campaign_id is null
    union all
    select
        '(not set)',
        '(not set)',
        '(not set)',
        '(not set)',
        false

)

select
    campaign_id,
    campaign_name,
    coalesce(nullif(campaign_name, '(not set)'), campaign_id) as campaign_label,
    platform,
    campaign_type,
    has_record
from named
