-- One row per spend row of a platform: whether its amount is not negative unless it is a credit, it has no
-- more clicks than impressions, and it is the only one of its campaign, day and record type (I22).
with

spend as (

    select
        *,
        count(*) over (
            partition by connection, platform, account_id, campaign_id, spend_date, record_type
        ) as rows_of_the_day
    from {{ ref('int_unified__spend') }}

)

select
    'I22' as rule,
    'spend' as subject_type,
    spend.connection || '|' || spend.source_id as subject_key,
    {{ end_of_reporting_day('spend.spend_date') }} as examined_at,
    '(not set)' as team,
    media.channel,
    {{ rule_outcome(
        "(spend.amount >= 0 or spend.record_type = 'credit')"
        ~ ' and coalesce(spend.clicks <= spend.impressions, true) and spend.rows_of_the_day = 1'
    ) }} as outcome
from spend
inner join {{ ref('int_cost__media') }} as media
    on spend.connection = media.connection
    and spend.source_id = media.source_id
