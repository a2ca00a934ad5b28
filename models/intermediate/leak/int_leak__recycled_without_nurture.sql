-- One row per lead cycle that was sent back to marketing and not touched again within the days agreed: no
-- eligible touch of a marketing channel, and no automated message that a system recorded. Who refused to be
-- written to is left in peace.
{% set due = dbt.dateadd(
    'day', 'cast(' ~ threshold('nurture_days') ~ ' as integer)', 'recycled.exit_at'
) %}
with

recycled as (

    select
        cycles.*,
        lead(cycles.started_at) over (partition by cycles.lead_id order by cycles.cycle_number)
            as next_started_at
    from {{ ref('int_rule__cycles') }} as cycles
    inner join {{ ref('int_identity__persons') }} as persons
        on cycles.lead_id = persons.lead_id
        and not persons.has_refused

),

contacts as (

    select
        touches.lead_id,
        touches.touched_at as contacted_at
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('channels') }} as channels
        on touches.channel = channels.channel
        and channels.is_marketing
    where touches.ineligible_reason is null
    union all
    select
        records.lead_id,
        activities.happened_at
    from {{ ref('int_unified__activities') }} as activities
    inner join {{ ref('int_identity__records') }} as records
        on activities.connection = records.connection
        and activities.person_id = records.source_id
        and records.record_kind = 'record'
    where
        activities.is_automated
        and activities.direction = 'outbound'
        and {{ is_known('activities.happened_at', 'activities.happened_precision') }}

),

nurtured as (

    select
        recycled.lead_id,
        recycled.cycle_number,
        min(contacts.contacted_at) as contacted_at
    from recycled
    inner join contacts
        on recycled.lead_id = contacts.lead_id
        and recycled.exit_at < contacts.contacted_at
    where recycled.exit_state = 'recycled'
    group by recycled.lead_id, recycled.cycle_number

)

select
    'recycled_without_nurture' as leak,
    recycled.lead_id,
    recycled.cycle_number,
    recycled.team,
    recycled.channel,
    recycled.exit_at as waiting_since_at,
    {{ due }} as broke_at,
    nurtured.contacted_at is null and recycled.next_started_at is null as is_open
from recycled
left join nurtured
    on recycled.lead_id = nurtured.lead_id
    and recycled.cycle_number = nurtured.cycle_number
where
    recycled.exit_state = 'recycled'
    and {{ due }} <= {{ as_of() }}
    and coalesce(nurtured.contacted_at > {{ due }}, true)
    and coalesce(recycled.next_started_at > {{ due }}, true)
