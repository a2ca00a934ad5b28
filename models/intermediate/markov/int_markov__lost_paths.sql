-- One row per touch of a path that ended without a conversion: the look-back of its last touch has run out.
-- Paths that may still convert are left out.
{% set journey_order %}partition by conversion_type, journey_scope
order by happened_at, is_end, touch_sequence{% endset %}
with

-- touches by which a conversion came about, also those set aside
credited as (

    select
        conversions.conversion_number,
        conversions.converted_at,
        touches.conversion_type,
        touches.journey_scope,
        touches.touch_sequence,
        touches.touched_at
    from {{ ref('int_attribution__journeys') }} as journeys
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on journeys.conversion_number = conversions.conversion_number
    inner join {{ ref('int_markov__touches') }} as touches
        on conversions.conversion_type = touches.conversion_type
        and journeys.touch_sequence = touches.touch_sequence

),

converting as (

    select
        conversion_type,
        touch_sequence
    from credited
    group by conversion_type, touch_sequence

),

-- a conversion ends the journeys of all those touches, and lies after them, also where only dates are known
timeline as (

    select
        touches.conversion_type,
        touches.journey_scope,
        touches.touched_at as happened_at,
        touches.touch_sequence,
        touches.channel,
        touches.is_direct,
        touches.direct_handling,
        touches.look_back_days,
        false as is_end,
        converting.touch_sequence is not null as is_converting
    from {{ ref('int_markov__touches') }} as touches
    left join converting
        on touches.conversion_type = converting.conversion_type
        and touches.touch_sequence = converting.touch_sequence
    union all
    select
        conversion_type,
        journey_scope,
        greatest(max(converted_at), max(touched_at)),
        max(touch_sequence),
        null,
        false,
        null,
        null,
        true,
        true
    from credited
    group by conversion_number, conversion_type, journey_scope

),

compared as (

    select
        *,
        lag(happened_at) over journey_order as last_happened_at,
        lag(look_back_days) over journey_order as last_look_back_days,
        lag(is_end) over journey_order as is_last_an_end
    from timeline
    window journey_order as ({{ journey_order }})

),

-- a conversion ends a journey, and so does the end of the look-back
numbered as (

    select
        *,
        sum(
            case
                when
                    not is_last_an_end
                    and {{ seconds_between('last_happened_at', 'happened_at') }}
                    <= 86400 * last_look_back_days
                    then 0
                else 1
            end
        ) over ({{ journey_order }} rows between unbounded preceding and current row) as journey
    from compared

),

closed as (

    select
        *,
        bool_or(is_converting) over journeys as is_converted,
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
        partition by conversion_type, journey_scope, journey order by touch_sequence
    ) as touch_number,
    channel,
    happened_at as touched_at
from closed
where
    not is_converted
    and {{ dbt.dateadd('day', 'look_back_days', 'last_touched_at') }} < {{ as_of() }}
    and (
        not is_direct
        or {{ is_direct_kept('direct_handling', 'happened_at', 'last_other_touch_at') }}
    )
