-- One row per response that a bot rule says was made by a program, with the first such rule by name.
-- A delivery is a touch that is no response; what follows it within seconds no reader can have done.
with

touches as (

    select
        connection,
        source_id,
        person_id,
        campaign_id,
        is_response,
        coalesce(touch_type, '') as touch_type,
        coalesce(lower(user_agent), '') as user_agent,
        coalesce(lower(landing_page), '') as landing_page,
        {{ exact_instant('happened') }} as touched_at,
        coalesce(
            person_id is not null and campaign_id is not null and happened_precision = 'second', false
        ) as is_of_a_mailing
    from {{ ref('int_unified__touches') }}

),

delivered as (

    select
        *,
        max(case when not is_response then touched_at end) over (
            partition by connection, person_id, campaign_id order by touched_at
        ) as delivered_at
    from touches
    where is_of_a_mailing
    union all
    select
        *,
        cast(null as timestamp)
    from touches
    where not is_of_a_mailing

),

responses as (

    select
        *,
        {{ seconds_between('delivered_at', 'touched_at') }} as seconds_after_delivery
    from delivered
    where is_response

),

-- what leaves the same trace is judged once
traces as (

    select
        touch_type,
        user_agent,
        landing_page
    from responses
    group by touch_type, user_agent, landing_page

),

suspected as (

    select
        traces.touch_type,
        traces.user_agent,
        traces.landing_page,
        rules.bot_rule,
        rules.seconds_after_send,
        rules.valid_from,
        rules.valid_to
    from traces
    inner join {{ ref('bot_rules') }} as rules
        on traces.user_agent like coalesce(lower(rules.user_agent), '%')
        and traces.landing_page like coalesce(lower(rules.landing_page), '%')
        and traces.touch_type = coalesce(rules.touch_type, traces.touch_type)

)

select
    responses.connection,
    responses.source_id,
    min(suspected.bot_rule) as bot_rule
from responses
inner join suspected
    on responses.touch_type = suspected.touch_type
    and responses.user_agent = suspected.user_agent
    and responses.landing_page = suspected.landing_page
    and {{ is_valid_on('suspected', reporting_date('responses.touched_at')) }}
where
    suspected.seconds_after_send is null
    or responses.seconds_after_delivery <= suspected.seconds_after_send
group by responses.connection, responses.source_id
