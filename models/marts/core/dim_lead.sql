-- One row per person or consented visitor, under a keyed hash.
with

-- in the order of the rules: the first tiers are the target group
tiers as (

    select
        icp_tier,
        row_number() over (order by min(rule_order)) <= {{ threshold('target_group_tiers') }}
            as is_target_group
    from {{ ref('icp_rules') }} as icp_rules
    where {{ is_valid_on('icp_rules', reporting_date(as_of())) }}
    group by icp_tier

)

select
    persons.lead_id,
    persons.is_identified,
    persons.has_refused,
    persons.account_id,
    persons.account_match_method,
    persons.account_match_confidence,
    coalesce(persons.country, '(not set)') as country,
    persons.segment,
    persons.icp_tier,
    persons.region,
    coalesce(tiers.is_target_group, false) as is_target_group,
    persons.persona,
    persons.email_kind,
    persons.created_at,
    persons.records,
    persons.systems
from {{ ref('int_identity__persons') }} as persons
left join tiers on persons.icp_tier = tiers.icp_tier
