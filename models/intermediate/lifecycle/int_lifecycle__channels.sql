-- One row per lead and cycle: the channel of the first eligible touch, without touches that of the lead
-- source, and whether marketing had a part by then.
with

cycles as (

    select
        windows.lead_id,
        windows.cycle_number,
        persons.lead_source
    from {{ ref('int_lifecycle__cycle_windows') }} as windows
    inner join {{ ref('int_identity__persons') }} as persons on windows.lead_id = persons.lead_id

),

touched as (

    select
        lead_id,
        cycle_number,
        min(touched_at) as first_touch_at,
        min(person_first_touch_at) as person_first_touch_at,
        max(case when touch_number = 1 then channel end) as channel,
        bool_or(is_marketing) as has_marketing_touch
    from {{ ref('int_lifecycle__cycle_touches') }}
    group by lead_id, cycle_number

),

source_channels as (

    select
        lead_source,
        channel,
        row_number() over (partition by lead_source order by rule_order) as rule_rank
    from {{ ref('int_touch__origins') }} as origins
    where
        lead_source <> '(empty)'
        and {{ is_valid_on('origins', reporting_date(as_of())) }}

)

select
    cycles.lead_id,
    cycles.cycle_number,
    touched.first_touch_at,
    touched.person_first_touch_at,
    case
        when touched.channel is not null then touched.channel
        when cycles.lead_source is null then '(not set)'
        else coalesce(source_channels.channel, '(unmapped)')
    end as channel,
    source_channels.channel as source_channel,
    -- who comes back was won by whoever touched the lead in its earlier cycles
    coalesce(
        bool_or(touched.has_marketing_touch) over (
            partition by cycles.lead_id order by cycles.cycle_number
        ),
        channels.is_marketing,
        false
    ) as is_marketing
from cycles
left join touched
    on cycles.lead_id = touched.lead_id
    and cycles.cycle_number = touched.cycle_number
left join source_channels
    on cycles.lead_source = source_channels.lead_source
    and source_channels.rule_rank = 1
left join {{ ref('channels') }} as channels on source_channels.channel = channels.channel
