-- One row per moment: what was known of the person then. Null is not known: a person
-- without any touch that is linked to it shows nothing of its engagement, neither much nor none. What is
-- known of the company is that of `as_of`.
with

moments as (

    select * from {{ ref('int_qualification__moments') }}

),

engagement as (

    select
        moment_number,
        cast(count(*) as bigint) as touches,
        cast(sum(case when is_inquiry then 1 else 0 end) as bigint) as inquiry_touches,
        bool_or(is_hand_raiser and age_days <= {{ threshold('hand_raise_days') }}) as is_hand_raiser
    from {{ ref('int_qualification__touches') }}
    group by moment_number

),

persons as (

    select
        lead_id,
        account_id,
        country,
        job_title,
        email_kind,
        lead_source,
        nullif(segment, '(not set)') as segment
    from {{ ref('int_identity__persons') }}

),

accounts as (

    select
        account_id,
        country,
        industry,
        employees
    from {{ ref('int_identity__accounts') }}

)

select
    moments.moment_number,
    moments.lead_id,
    moments.declared_on,

    ---------- who declared it
    moments.actor_role,

    ---------- company and person
    coalesce(persons.country, accounts.country) as country,
    accounts.industry,
    persons.segment,
    accounts.employees,
    persons.email_kind,
    persons.job_title,
    persons.lead_source,

    ---------- engagement
    engagement.touches,
    engagement.inquiry_touches,
    engagement.is_hand_raiser,
    conversations.has_conversation,
    conversations.has_meeting
from moments
inner join persons on moments.lead_id = persons.lead_id
left join accounts on persons.account_id = accounts.account_id
left join engagement
    on moments.moment_number = engagement.moment_number
left join {{ ref('int_qualification__conversations') }} as conversations
    on moments.moment_number = conversations.moment_number
