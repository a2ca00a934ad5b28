-- One row per person whose cycle has ended: the last exit that no later stage event took back, by precedence.
-- A cycle expires where nothing happened for the time-out and sales has not accepted the lead.
with

events as (

    select * from {{ ref('int_lifecycle__events') }}

),

last_stages as (

    select
        events.lead_id,
        max(events.happened_at) as last_stage_at,
        max(stages.stage_rank) as last_rank
    from events
    inner join {{ ref('stages') }} as stages on events.stage = stages.stage
    where not events.is_contradicted
    group by events.lead_id

),

expiries as (

    select
        lead_id,
        {{ dbt.dateadd(
            'day', 'cast(' ~ threshold('cycle_timeout_days') ~ ' as integer)', 'last_stage_at'
        ) }} as expires_at
    from last_stages
    where last_rank between 1 and 2

),

-- a deal ends the cycle when it is won, or when it is lost and no deal of the person is open
deals as (

    select
        links.lead_id,
        min(milestones.won_at) as won_at,
        max(milestones.lost_at) as lost_at,
        bool_and(milestones.won_at is null and milestones.lost_at is not null) as is_every_deal_lost
    from {{ ref('int_opportunity__links') }} as links
    inner join {{ ref('int_opportunity__milestones') }} as milestones
        on links.opportunity_id = milestones.opportunity_id
    where milestones.opportunity_type <> 'renewal'
    group by links.lead_id

),

exits as (

    select
        lead_id,
        'won' as exit_state,
        won_at as exit_at
    from deals
    where won_at is not null
    union all
    select
        lead_id,
        'lost',
        lost_at
    from deals
    where is_every_deal_lost
    union all
    select
        events.lead_id,
        events.exit_state,
        events.happened_at
    from events
    left join last_stages on events.lead_id = last_stages.lead_id
    where
        events.exit_state is not null
        and (last_stages.last_stage_at is null or events.happened_at >= last_stages.last_stage_at)
    union all
    select
        lead_id,
        'expired',
        expires_at
    from expiries
    where expires_at <= {{ as_of() }}

),

ranked as (

    select
        exits.*,
        row_number() over (
            partition by exits.lead_id
            order by states.precedence asc, exits.exit_at desc
        ) as exit_rank
    from exits
    inner join {{ ref('exit_states') }} as states on exits.exit_state = states.exit_state

)

select
    lead_id,
    exit_state,
    exit_at
from ranked
where exit_rank = 1
