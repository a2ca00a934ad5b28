-- One row per conversion type, month in which paths ended and pair of states that follow one another in them.
with

conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

steps as (

    select
        conversions.conversion_type,
        conversions.conversion_month as path_month,
        cast(paths.conversion_number as {{ dbt.type_string() }}) as path_id,
        paths.touch_number,
        paths.channel,
        '(conversion)' as outcome
    from {{ ref('int_attribution__paths') }} as paths
    inner join conversions on paths.conversion_number = conversions.conversion_number
    union all
    select
        conversion_type,
        path_month,
        path_id,
        touch_number,
        channel,
        '(null)' as outcome
    from {{ ref('int_markov__lost_paths') }}

),

compared as (

    select
        *,
        lag(channel) over (partition by conversion_type, outcome, path_id order by touch_number)
            as channel_before
    from steps

),

-- a channel that follows itself is one visit of it
visits as (

    select
        *,
        lead(channel) over (partition by conversion_type, outcome, path_id order by touch_number)
            as channel_after
    from compared
    where channel_before is null or channel <> channel_before

),

transitions as (

    select
        conversion_type,
        path_month,
        coalesce(channel_before, '(start)') as from_state,
        channel as to_state
    from visits
    union all
    select
        conversion_type,
        path_month,
        channel,
        outcome
    from visits
    where channel_after is null

)

select
    conversion_type,
    path_month,
    from_state,
    to_state,
    count(*) as transitions
from transitions
group by conversion_type, path_month, from_state, to_state
