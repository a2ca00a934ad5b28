-- One row per person with an account: the account, and the first method that found it. A domain or a name
-- that fits several accounts gives the first of them, and says so.
with

leads as (

    select * from {{ ref('int_identity__leads') }}

),

keys as (

    select * from {{ ref('int_identity__account_keys') }}

),

-- domains of companies, and the domain above each: sales.firma.example belongs to firma.example
domains as (

    select
        leads.lead_id,
        leads.domain,
        substr(leads.domain, strpos(leads.domain, '.') + 1) as domain_above
    from leads
    where leads.domain is not null and not leads.is_freemail
    group by leads.lead_id, leads.domain

),

candidates as (

    select
        attributes.lead_id,
        keys.account_id,
        1 as method_rank
    from {{ ref('int_identity__attributes') }} as attributes
    inner join keys on attributes.attribute_value = keys.record_key
    where attributes.attribute = 'account_id'
    union all
    select
        domains.lead_id,
        keys.account_id,
        2
    from domains
    inner join keys on domains.domain = keys.domain
    union all
    select
        domains.lead_id,
        keys.account_id,
        3
    from domains
    inner join keys on domains.domain_above = keys.domain
    union all
    select
        leads.lead_id,
        keys.account_id,
        4
    from leads
    inner join {{ ref('int_identity__company_names') }} as names on leads.company_name = names.company_name
    inner join keys
        on names.core_name = keys.core_name
        and leads.country = keys.country
    where names.core_name <> ''

),

best as (

    select
        lead_id,
        min(method_rank) as method_rank
    from candidates
    group by lead_id

),

methods as (

    select * from {{ ref('account_match_methods') }} as account_match_methods
    where {{ is_valid_on('account_match_methods', reporting_date(as_of())) }}

)

select
    candidates.lead_id,
    min(candidates.account_id) as account_id,
    methods.method as account_match_method,
    methods.confidence as account_match_confidence,
    min(candidates.account_id) < max(candidates.account_id) as is_account_ambiguous
from candidates
inner join best
    on candidates.lead_id = best.lead_id
    and candidates.method_rank = best.method_rank
inner join methods on candidates.method_rank = methods.method_order
group by candidates.lead_id, methods.method, methods.confidence
