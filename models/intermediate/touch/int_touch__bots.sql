-- One row per response that a bot rule says was made by a program, with the first such rule by name.
-- A delivery is a touch that is no response; what follows it within seconds no reader can have done.
with

-- a touch of nobody is a partition of its own: all of them would be sorted as one
touches as (

    select
        connection,
        source_id,
        touch_type,
        is_response,
        coalesce(lower(user_agent), '') as user_agent,
        coalesce(lower(landing_page), '') as landing_page,
        {{ exact_instant('happened') }} as touched_at,
        max(case when not is_response and happened_precision = 'second' then happened_at end) over (
            partition by connection, person_id is null, coalesce(person_id, source_id), campaign_id
            order by happened_at
        ) as delivered_at,
        person_id is not null and campaign_id is not null and happened_precision = 'second' as is_of_a_mailing
    from {{ ref('int_unified__touches') }}

),

timed as (

    select
        *,
        case
            when is_of_a_mailing then {{ seconds_between('delivered_at', 'touched_at') }}
        end as seconds_after_delivery
    from touches
    where is_response

),

rules as (

    select
        *,
        coalesce(lower(user_agent), '%') as user_agent_pattern,
        coalesce(lower(landing_page), '%') as landing_page_pattern
    from {{ ref('bot_rules') }}

)

select
    timed.connection,
    timed.source_id,
    min(rules.bot_rule) as bot_rule
from timed
inner join rules
    on timed.user_agent like rules.user_agent_pattern
    and timed.landing_page like rules.landing_page_pattern
    and {{ is_valid_on('rules', reporting_date('timed.touched_at')) }}
where
    (rules.touch_type is null or timed.touch_type = rules.touch_type)
    and (rules.seconds_after_send is null or timed.seconds_after_delivery <= rules.seconds_after_send)
group by timed.connection, timed.source_id
