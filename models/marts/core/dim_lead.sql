-- One row per person or consented visitor, under a keyed hash.
select
    persons.lead_id,
    persons.is_identified,
    persons.account_id,
    coalesce(persons.country, '(not set)') as country,
    coalesce(accounts.segment, '(not set)') as segment,
    persons.created_at,
    persons.records
from {{ ref('int_identity__persons') }} as persons
left join {{ ref('int_identity__accounts') }} as accounts on persons.account_id = accounts.account_id
