-- One row per deal won: whether it has an amount above zero and a date of closing (I18).
select
    'I18' as rule,
    'opportunity' as subject_type,
    {{ dbt.hash('milestones.opportunity_id') }} as subject_key,
    milestones.won_at as examined_at,
    coalesce(users.team, '(not set)') as team,
    origins.channel,
    {{ rule_outcome(
        'coalesce(milestones.current_original_amount, 0) > 0 and milestones.closed_at is not null'
    ) }} as outcome
from {{ ref('int_opportunity__milestones') }} as milestones
inner join {{ ref('int_opportunity__origins') }} as origins
    on milestones.opportunity_id = origins.opportunity_id
left join {{ ref('int_unified__opportunities') }} as given
    on milestones.connection = given.connection
    and milestones.source_id = given.source_id
left join {{ ref('int_unified__users') }} as users
    on given.connection = users.connection
    and given.owner_id = users.source_id
where milestones.outcome = 'won'
