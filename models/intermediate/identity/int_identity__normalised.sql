-- One row per person record: its identifiers in one spelling, and why the record is left out, if so.
with

persons as (

    select
        *,
        connection || '|' || source_id as record_key,
        case
            when trim(email) like '%_@_%._%' and trim(email) not like '%@%@%' and trim(email) not like '% %'
                then lower(trim(email))
        end as address,
        -- what stands in brackets or after the extension's sign is not dialled from abroad
        regexp_replace(
            regexp_replace(lower(trim(phone)), '\(0\)|(ext|dw|durchwahl|x).*$', '', 'g'), '[^0-9+]', '', 'g'
        ) as number
    from {{ ref('int_unified__persons') }}

),

addresses as (

    select
        persons.*,
        split_part(persons.address, '@', 2) as domain,
        case
            when providers.strips_plus then split_part(split_part(persons.address, '@', 1), '+', 1)
            else split_part(persons.address, '@', 1)
        end as local_part,
        coalesce(providers.canonical_domain, split_part(persons.address, '@', 2)) as canonical_domain,
        coalesce(providers.ignores_dots, false) as ignores_dots,
        freemail.domain is not null as is_freemail,
        codes.calling_code,
        coalesce(codes.trunk_prefix, '') as trunk_prefix
    from persons
    left join {{ ref('email_providers') }} as providers
        on split_part(persons.address, '@', 2) = providers.domain
    left join {{ ref('freemail_domains') }} as freemail
        on split_part(persons.address, '@', 2) = freemail.domain
    left join {{ ref('calling_codes') }} as codes
        on persons.country = codes.country

),

numbers as (

    select
        *,
        case
            when number like '+%' then replace(number, '+', '')
            when number like '00%' then substr(number, 3)
            when calling_code is not null and trunk_prefix = '' then calling_code || number
            when calling_code is not null and number like trunk_prefix || '%'
                then calling_code || substr(number, length(trunk_prefix) + 1)
        end as international_number
    from addresses

),

excluded as (

    select
        persons.record_key,
        min(rules.reason) as reason
    from persons
    inner join {{ ref('exclusion_rules') }} as rules
        on (rules.connection is null or persons.connection = rules.connection)
        and (
            (rules.attribute = 'email' and persons.address like lower(rules.pattern))
            or (rules.attribute = 'company_name' and lower(persons.company_name) like lower(rules.pattern))
            or rules.attribute = 'connection'
        )
        and {{ is_valid_on('rules', reporting_date(as_of())) }}
    group by persons.record_key

),

standing as (

    select
        numbers.*,
        excluded.reason as exclusion_reason,
        case
            when excluded.record_key is not null then 'excluded'
            -- a record that was merged lives on in another one
            when numbers.is_deleted and numbers.merged_into is null then 'deleted'
        end as left_out_reason
    from numbers
    left join excluded on numbers.record_key = excluded.record_key

)

select
    standing.connection,
    standing.source_id,
    standing.record_key,
    standing.kind,
    standing.created_at,

    ---------- identifiers
    case when standing.ignores_dots then replace(standing.local_part, '.', '') else standing.local_part end
    || '@' || standing.canonical_domain as email,
    standing.local_part,
    standing.domain,
    standing.is_freemail,
    -- E.164: at most 15 digits; fewer than 7 are an extension
    case when length(standing.international_number) between 7 and 15 then standing.international_number end
        as phone,
    standing.visitor_id,
    standing.foreign_id,
    standing.merged_into,
    standing.converted_to,

    ---------- company
    standing.company_name,
    standing.country,

    ---------- standing
    standing.consent_state in ('denied', 'withdrawn') as has_refused,
    standing.exclusion_reason,
    coalesce(standing.left_out_reason, survivors.left_out_reason) as left_out_reason
from standing
left join {{ ref('int_identity__merges') }} as merged on standing.record_key = merged.record_key
-- with the record that survives, those merged into it are left out
left join standing as survivors on merged.survivor_key = survivors.record_key
