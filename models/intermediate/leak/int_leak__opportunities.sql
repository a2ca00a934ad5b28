-- One row per leak and new pipeline opportunity of which the system names no contact, or of which nobody can
-- say where it came from.
with

opportunities as (

    select
        milestones.opportunity_id,
        milestones.created_at,
        milestones.opportunity_at,
        milestones.outcome,
        coalesce(users.team, '(not set)') as team
    from {{ ref('int_opportunity__milestones') }} as milestones
    inner join {{ ref('int_unified__opportunities') }} as given
        on milestones.connection = given.connection
        and milestones.source_id = given.source_id
    left join {{ ref('int_unified__users') }} as users
        on given.connection = users.connection
        and given.owner_id = users.source_id
    where milestones.is_new_pipeline

),

-- a link that only the account suggests names nobody
contacts as (

    select opportunity_id from {{ ref('int_opportunity__links') }}
    where link_method <> 'account'
    group by opportunity_id

),

judged as (

    select
        opportunities.*,
        origins.channel,
        contacts.opportunity_id is null as is_opportunity_without_contact,
        origins.origin_path = 'unknown' as is_opportunity_without_source
    from opportunities
    inner join {{ ref('int_opportunity__origins') }} as origins
        on opportunities.opportunity_id = origins.opportunity_id
    left join contacts on opportunities.opportunity_id = contacts.opportunity_id

)

{% for leak in ['opportunity_without_contact', 'opportunity_without_source'] %}
select
    '{{ leak }}' as leak,
    opportunity_id,
    team,
    channel,
    coalesce(created_at, opportunity_at) as waiting_since_at,
    opportunity_at as broke_at,
    coalesce(outcome, 'open') = 'open' as is_open
from judged
where is_{{ leak }}
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
