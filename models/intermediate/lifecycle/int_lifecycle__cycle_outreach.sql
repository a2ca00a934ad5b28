-- One row per lead and cycle in which sales or inside sales reached out to somebody who had been quiet: the
-- first time, and the path that this opens where nothing precedes it.
with

outreach as (

    select
        outreach.lead_id,
        outreach.origin_path,
        outreach.happened_at,
        windows.cycle_number,
        row_number() over (
            partition by outreach.lead_id, windows.cycle_number
            order by outreach.happened_at, outreach.connection, outreach.source_id
        ) as activity_rank
    from {{ ref('int_lifecycle__outreach') }} as outreach
    inner join {{ ref('int_lifecycle__cycle_windows') }} as windows
        on outreach.lead_id = windows.lead_id
        and (windows.opens_after is null or outreach.happened_at > windows.opens_after)
        and (windows.closed_at is null or outreach.happened_at <= windows.closed_at)

),

-- what came in from outside shortly before the outreach, touches of earlier cycles among it
answered as (

    select
        outreach.lead_id,
        outreach.cycle_number
    from outreach
    inner join {{ ref('int_touch__classified') }} as touches
        on outreach.lead_id = touches.lead_id
        and touches.ineligible_reason is null
        and touches.touched_at <= outreach.happened_at
        and touches.touched_at >= {{ dbt.dateadd(
            'day', '-cast(' ~ threshold('outbound_quiet_days') ~ ' as integer)', 'outreach.happened_at'
        ) }}
    where outreach.activity_rank = 1
    group by outreach.lead_id, outreach.cycle_number

)

select
    outreach.lead_id,
    outreach.cycle_number,
    outreach.origin_path,
    outreach.happened_at
from outreach
left join answered
    on outreach.lead_id = answered.lead_id
    and outreach.cycle_number = answered.cycle_number
where
    outreach.activity_rank = 1
    and answered.lead_id is null
