-- One row per person with an account: the account, and the first method that found it. A domain or a name
-- that fits several accounts gives the oldest of them, and says so.
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
        keys.created_date,
        1 as method_rank
    from {{ ref('int_identity__attributes') }} as attributes
    inner join keys on attributes.attribute_value = keys.record_key
    where attributes.attribute = 'account_id'
    union all
    select
        domains.lead_id,
        keys.account_id,
        keys.created_date,
        2
    from domains
    inner join keys on domains.domain = keys.domain
    union all
    select
        domains.lead_id,
        keys.account_id,
        keys.created_date,
        3
    from domains
    inner join keys on domains.domain_above = keys.domain
    union all
    select
        leads.lead_id,
        keys.account_id,
        keys.created_date,
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
        account_id,
        method_rank,
        row_number() over (
            partition by lead_id order by method_rank, created_date nulls last, account_id
        ) as match_rank,
        min(account_id) over (partition by lead_id, method_rank)
        < max(account_id) over (partition by lead_id, method_rank) as is_account_ambiguous
    from candidates

),

methods as (

    select * from {{ ref('account_match_methods') }} as account_match_methods
    where {{ is_valid_on('account_match_methods', reporting_date(as_of())) }}

)

select
    best.lead_id,
    best.account_id,
    methods.method as account_match_method,
    methods.confidence as account_match_confidence,
    best.is_account_ambiguous
from best
inner join methods on best.method_rank = methods.method_order
where best.match_rank = 1
