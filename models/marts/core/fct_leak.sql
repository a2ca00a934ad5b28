-- One row per break of a lead cycle or opportunity that the agreement counts as a leak.
with

breaks as (

    select * from {{ ref('int_leak__breaks') }}

),

leaks as (

    select * from {{ ref('leaks') }} as leaks
    where {{ is_valid_on('leaks', reporting_date(as_of())) }}

),

counted as (

    select
        breaks.*,
        leaks.gravity,
        leaks.stage,
        {{ month_of(reporting_date('breaks.broke_at')) }} as month
    from breaks
    inner join leaks on breaks.leak = leaks.leak
    left join {{ ref('int_rule__waivers') }} as waivers
        on leaks.rule = waivers.rule
        and breaks.subject_key = waivers.subject_key
    where waivers.rule is null

)

select
    counted.leak || '|' || counted.subject_key as leak_id,
    counted.leak,
    counted.subject_type,

    ---------- subject
    case when counted.subject_type = 'lead_cycle' then counted.subject_key end as lead_cycle_id,
    counted.lead_id,
    cast(counted.cycle_number as integer) as cycle_number,
    case when counted.subject_type = 'opportunity' then counted.subject_key end as opportunity_id,

    ---------- dimensions
    counted.month,
    coalesce(teams.reporting_team, '(not set)') as team,
    counted.channel,
    coalesce(persons.region, origins.region) as region,
    counted.stage,

    ---------- instants
    counted.waiting_since_at,
    counted.broke_at,
    {{ reporting_date('counted.broke_at') }} as broke_date,

    ---------- weight
    cast(counted.gravity as integer) as gravity,
    counted.is_open,
    -- in the month of the earliest break, at that month's gravest
    row_number() over (
        partition by counted.subject_type, counted.subject_key order by counted.month, counted.gravity
    ) = 1 as is_first_leak,
    prices.pipeline_at_stake_amount
from counted
left join {{ ref('int_handover__teams') }} as teams on counted.team = teams.team
left join {{ ref('int_leak__prices') }} as prices on counted.stage = prices.stage
left join {{ ref('int_identity__persons') }} as persons on counted.lead_id = persons.lead_id
-- one equality: with the type beside it, DuckDB compares every leak with every opportunity
left join {{ ref('int_opportunity__origins') }} as origins
    on case when counted.subject_type = 'opportunity' then counted.subject_key end
    = {{ dbt.hash('origins.opportunity_id') }}
