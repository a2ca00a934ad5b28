-- One row per person and opportunity that belong together, with the method that linked them; one link of each
-- opportunity is primary.
with

opportunities as (

    select * from {{ ref('int_opportunity__milestones') }}

),

records as (

    select * from {{ ref('int_identity__records') }}
    where record_kind = 'record'

),

-- a later stage implies the earlier ones: who was accepted without an MQL was one then
qualified as (

    select
        declarations.lead_id,
        min(case when declarations.stage in ('sal', 'sql') then declarations.declared_at end) as sal_at,
        min(declarations.declared_at) as qualified_at
    from {{ ref('int_lifecycle__declarations') }} as declarations
    where
        declarations.stage in ('mql', 'sal', 'sql')
        and not declarations.is_contradicted
    group by declarations.lead_id

),

named as (

    select
        given.connection || '|' || given.converted_opportunity_id as opportunity_id,
        records.lead_id,
        1 as method_rank,
        false as is_primary_contact
    from {{ ref('int_unified__persons') }} as given
    inner join records
        on given.connection = records.connection
        and given.source_id = records.source_id
    where given.converted_opportunity_id is not null
    union all
    select
        roles.connection || '|' || roles.opportunity_id,
        records.lead_id,
        2,
        roles.is_primary
    from {{ ref('int_unified__opportunity_persons') }} as roles
    inner join records
        on roles.connection = records.connection
        and roles.person_id = records.source_id

),

-- without a link named by the source: people of the same account who qualified in the window before the
-- opportunity, or a day after
by_account as (

    select
        opportunities.opportunity_id,
        persons.lead_id,
        3 as method_rank,
        false as is_primary_contact
    from opportunities
    inner join {{ ref('int_identity__persons') }} as persons
        on opportunities.account_id = persons.account_id
    inner join qualified
        on persons.lead_id = qualified.lead_id
        and qualified.qualified_at between {{ dbt.dateadd(
            'day', '-cast(' ~ threshold('account_link_days') ~ ' as integer)', 'opportunities.created_at'
        ) }}
        and {{ dbt.dateadd('day', 1, 'opportunities.created_at') }}
    where not exists (
        select 1 from named
        where named.opportunity_id = opportunities.opportunity_id
    )

),

candidates as (

    select * from named
    union all
    select * from by_account

),

links as (

    select
        candidates.opportunity_id,
        candidates.lead_id,
        min(candidates.method_rank) as method_rank,
        bool_or(candidates.is_primary_contact) as is_primary_contact
    from candidates
    inner join opportunities on candidates.opportunity_id = opportunities.opportunity_id
    group by candidates.opportunity_id, candidates.lead_id

),

ranked as (

    select
        links.*,
        row_number() over (
            partition by links.opportunity_id
            order by
                case when links.is_primary_contact then 0 else 1 end,
                qualified.sal_at nulls last,
                qualified.qualified_at nulls last,
                links.lead_id
        ) as link_rank
    from links
    left join qualified on links.lead_id = qualified.lead_id

)

select
    opportunity_id,
    lead_id,
    case method_rank when 1 then 'conversion' when 2 then 'contact_role' else 'account' end as link_method,
    link_rank = 1 as is_primary
from ranked
