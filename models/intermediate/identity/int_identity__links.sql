-- One row per person record, rule and identifier: whether the identifier links the record, with which
-- confidence, or which guard holds it back.
with

claims as (

    select
        claims.*,
        records.email,
        records.local_part,
        records.created_at
    from {{ ref('int_identity__claims') }} as claims
    inner join {{ ref('int_identity__normalised') }} as records
        on claims.record_key = records.record_key

),

holders as (

    select
        rule,
        identifier,
        count(*) as records,
        count(distinct email) as addresses
    from claims
    group by rule, identifier

),

mailboxes as (

    select local_part from {{ ref('shared_mailboxes') }} as shared_mailboxes
    where {{ is_valid_on('shared_mailboxes', reporting_date(as_of())) }}
    group by local_part

),

placeholders as (

    select
        claims.rule,
        claims.identifier
    from claims
    inner join {{ ref('placeholder_identifiers') }} as patterns
        on claims.rule = patterns.identifier_type
        and claims.identifier like patterns.pattern
        and {{ is_valid_on('patterns', reporting_date(as_of())) }}
    group by claims.rule, claims.identifier

),

never as (

    select
        connection || '|' || source_id as record_key,
        other_connection || '|' || other_source_id as other_key
    from {{ ref('identity_different') }} as identity_different
    where {{ is_valid_on('identity_different', reporting_date(as_of())) }}

),

-- of two records that are never the same, the target of a link keeps it, else the one created first
kept_apart as (

    select
        loser.rule,
        loser.identifier,
        loser.record_key
    from never
    inner join claims as one on never.record_key = one.record_key
    inner join claims as other
        on never.other_key = other.record_key
        and one.rule = other.rule
        and one.identifier = other.identifier
    inner join claims as loser
        on one.rule = loser.rule
        and one.identifier = loser.identifier
        and loser.record_key = case
            when one.is_target then other.record_key
            when other.is_target then one.record_key
            when one.created_at < other.created_at or other.created_at is null then other.record_key
            when one.created_at > other.created_at or one.created_at is null then one.record_key
            else greatest(one.record_key, other.record_key)
        end
    group by loser.rule, loser.identifier, loser.record_key

)

select
    claims.record_key,
    claims.rule,
    claims.identifier,
    claims.is_target,
    claims.confidence,
    case
        when placeholders.identifier is not null then 'placeholder'
        when claims.rule = 'email' and mailboxes.local_part is not null then 'shared_mailbox'
        when kept_apart.record_key is not null then 'never_the_same'
        when holders.records > claims.max_records then 'too_many_records'
        when holders.addresses > claims.max_addresses then 'too_many_addresses'
    end as held_back_by
from claims
inner join holders on claims.rule = holders.rule and claims.identifier = holders.identifier
left join mailboxes on claims.local_part = mailboxes.local_part
left join placeholders on claims.rule = placeholders.rule and claims.identifier = placeholders.identifier
left join kept_apart
    on claims.rule = kept_apart.rule
    and claims.identifier = kept_apart.identifier
    and claims.record_key = kept_apart.record_key
