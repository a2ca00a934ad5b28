-- One row per person or consented visitor, with the attributes that win among its records.
with

records as (

    select * from {{ ref('int_identity__records') }}

),

attributes as (

    select
        lead_id,
        {%- for attribute in ['country', 'lead_source', 'job_title', 'owner_id'] %}
        max(case when attribute = '{{ attribute }}' then attribute_value end) as {{ attribute }},
        {%- endfor %}
        max(case when attribute = 'owner_id' then connection end) as owner_connection
    from {{ ref('int_identity__attributes') }}
    group by lead_id

),

-- a company's address tells more than a private one
addresses as (

    select
        lead_id,
        bool_or(domain is not null and not is_freemail) as has_business_address,
        bool_or(is_freemail) as has_freemail_address
    from {{ ref('int_identity__leads') }}
    group by lead_id

),

-- the systems that know the person, by name
systems as (

    select
        lead_id,
        string_agg(connection, ', ' order by connection) as systems
    from (select
        lead_id,
        connection
    from records
    group by lead_id, connection) as known
    group by lead_id

),

persons as (

    select
        lead_id,
        bool_or(record_kind = 'record') as is_identified,
        bool_or(has_refused) as has_refused,
        min(case when record_kind = 'record' then created_at end) as created_at,
        cast(sum(case when record_kind = 'record' then 1 else 0 end) as bigint) as records
    from records
    group by lead_id

)

select
    persons.lead_id,
    persons.is_identified,
    persons.has_refused,
    persons.created_at,
    persons.records,
    systems.systems,

    ---------- account
    matches.account_id,
    coalesce(matches.account_match_method, 'none') as account_match_method,
    matches.account_match_confidence,
    coalesce(matches.is_account_ambiguous, false) as is_account_ambiguous,

    ---------- attributes
    attributes.country,
    attributes.lead_source,
    attributes.job_title,
    attributes.owner_connection,
    attributes.owner_id,
    case
        when addresses.has_business_address then 'business'
        when addresses.has_freemail_address then 'freemail'
        else 'none'
    end as email_kind,
    coalesce(accounts.segment, '(not set)') as segment,
    coalesce(accounts.icp_tier, '(not set)') as icp_tier,
    -- who has an account belongs where the account does
    case
        when coalesce(accounts.country, attributes.country) is null then '(not set)'
        else coalesce(regions.region, '(unmapped)')
    end as region,
    coalesce(personas.persona, '(not set)') as persona
from persons
inner join systems on persons.lead_id = systems.lead_id
left join {{ ref('int_identity__account_matches') }} as matches on persons.lead_id = matches.lead_id
left join {{ ref('int_identity__accounts') }} as accounts on matches.account_id = accounts.account_id
left join attributes on persons.lead_id = attributes.lead_id
left join addresses on persons.lead_id = addresses.lead_id
left join {{ ref('int_identity__personas') }} as personas on persons.lead_id = personas.lead_id
left join {{ ref('sales_regions') }} as regions
    on coalesce(accounts.country, attributes.country) = regions.country
    and {{ is_valid_on('regions', reporting_date(as_of())) }}
