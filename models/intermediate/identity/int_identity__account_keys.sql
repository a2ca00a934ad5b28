-- One row per account record: the account that it is, and the top of its group. Records of different
-- connections with one domain are one account, where each connection knows the domain once.
with

accounts as (

    select
        given.connection || '|' || given.source_id as record_key,
        given.connection,
        given.connection || '|' || given.parent_id as parent_key,
        case when freemail.domain is null then lower(trim(given.domain)) end as domain,
        names.core_name,
        given.country,
        given.created_date
    from {{ ref('int_unified__accounts') }} as given
    left join {{ ref('freemail_domains') }} as freemail on lower(trim(given.domain)) = freemail.domain
    left join {{ ref('int_identity__company_names') }} as names on given.name = names.company_name
    where not given.is_deleted

),

shared_domains as (

    select
        domain,
        min(record_key) as account_id
    from accounts
    where domain is not null
    group by domain
    having count(*) = count(distinct connection)

),

surviving as (

    select
        accounts.record_key,
        coalesce(shared_domains.account_id, accounts.record_key) as account_id,
        accounts.parent_key,
        accounts.domain,
        accounts.core_name,
        accounts.country,
        min(accounts.created_date) over (
            partition by coalesce(shared_domains.account_id, accounts.record_key)
        ) as created_date
    from accounts
    left join shared_domains on accounts.domain = shared_domains.domain

),

-- parents as accounts; an account is no parent of itself
parents as (

    select
        surviving.account_id,
        min(parent.account_id) as parent_account_id
    from surviving
    inner join surviving as parent on surviving.parent_key = parent.record_key
    where surviving.account_id <> parent.account_id
    group by surviving.account_id

),

{% for round in range(6) %}
{% set before = 'jumped_' ~ (round - 1) if round else 'parents' %}
jumped_{{ round }} as (

    select
        here.account_id,
        coalesce(ahead.parent_account_id, here.parent_account_id) as parent_account_id
    from {{ before }} as here
    left join {{ before }} as ahead on here.parent_account_id = ahead.account_id

),
{% endfor %}

tops as (

    select
        jumped_5.account_id,
        jumped_5.parent_account_id as top_account_id,
        -- who is still on the way after six rounds goes round in a circle
        further.account_id is not null as is_cycle
    from jumped_5
    left join parents as further on jumped_5.parent_account_id = further.account_id

)

select
    surviving.record_key,
    surviving.account_id,
    surviving.domain,
    surviving.core_name,
    surviving.country,
    surviving.created_date,
    parents.parent_account_id,
    case
        when tops.is_cycle then surviving.account_id else coalesce(tops.top_account_id, surviving.account_id)
    end
        as top_account_id,
    coalesce(tops.is_cycle, false) as is_parent_cycle
from surviving
left join parents on surviving.account_id = parents.account_id
left join tops on surviving.account_id = tops.account_id
