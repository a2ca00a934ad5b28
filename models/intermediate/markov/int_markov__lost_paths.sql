-- One row per touch of a path that ended without a conversion: the look-back of its last touch has run out.
-- Paths that may still convert are left out.
with

-- conversions where they end a journey: that of everybody whose touches they are credited to
ends as (

    select
        conversions.conversion_type,
        case
            when conversions.scope = 'account' then coalesce(persons.account_id, paths.lead_id)
            else paths.lead_id || '|' || conversions.cycle_number
        end as journey_scope,
        conversions.converted_at
    from {{ ref('int_attribution__conversions') }} as conversions
    inner join {{ ref('int_attribution__paths') }} as paths
        on conversions.conversion_number = paths.conversion_number
    inner join {{ ref('int_identity__persons') }} as persons on paths.lead_id = persons.lead_id

),

timeline as (

    select
        conversion_type,
        journey_scope,
        touched_at as happened_at,
        touchpoint_id,
        channel,
        is_direct,
        direct_handling,
        look_back_days,
        0 as conversions
    from {{ ref('int_markov__touches') }}
    union all
    select
        conversion_type,
        journey_scope,
        converted_at,
        '',
        null,
        false,
        null,
        null,
        1
    from ends
    group by conversion_type, journey_scope, converted_at

),

compared as (

    select
        *,
        lag(happened_at) over journey_order as last_happened_at,
        lag(look_back_days) over journey_order as last_look_back_days,
        lag(conversions) over journey_order as last_conversions
    from timeline
    window
        journey_order as (
            partition by conversion_type, journey_scope order by happened_at, conversions, touchpoint_id
        )

),

-- a conversion ends a journey, and so does the end of the look-back
numbered as (

    select
        *,
        sum(
            case
                when
                    last_conversions = 0
                    and {{ seconds_between('last_happened_at', 'happened_at') }}
                    <= 86400 * last_look_back_days
                    then 0
                else 1
            end
        ) over (
            partition by conversion_type, journey_scope order by happened_at, conversions, touchpoint_id
            rows between unbounded preceding and current row
        ) as journey
    from compared

),

closed as (

    select
        *,
        max(conversions) over journeys as journey_conversions,
        max(happened_at) over journeys as last_touched_at,
        max(case when not is_direct then happened_at end) over journeys as last_other_touch_at
    from numbered
    window journeys as (partition by conversion_type, journey_scope, journey)

)

select
    conversion_type,
    journey_scope || '|' || journey as path_id,
    {{ month_of(reporting_date(dbt.dateadd('day', 'look_back_days', 'last_touched_at'))) }} as path_month,
    row_number() over (
        partition by conversion_type, journey_scope, journey order by happened_at, touchpoint_id
    ) as touch_number,
    channel,
    happened_at as touched_at
from closed
where
    journey_conversions = 0
    and {{ dbt.dateadd('day', 'look_back_days', 'last_touched_at') }} < {{ as_of() }}
    and (
        not is_direct
        or {{ is_direct_kept('direct_handling', 'happened_at', 'last_other_touch_at') }}
    )
