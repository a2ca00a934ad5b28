-- One row per person or consented visitor, under a keyed hash.
select
    persons.lead_id,
    persons.is_identified,
    persons.has_refused,
    persons.account_id,
    persons.account_match_method,
    persons.account_match_confidence,
    coalesce(persons.country, '(not set)') as country,
    coalesce(accounts.segment, '(not set)') as segment,
    persons.icp_tier,
    persons.persona,
    persons.email_kind,
    persons.created_at,
    persons.records,
    persons.systems
from {{ ref('int_identity__persons') }} as persons
left join {{ ref('int_identity__accounts') }} as accounts on persons.account_id = accounts.account_id
