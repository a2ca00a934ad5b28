-- One row per basis, month, origin path, channel, segment and pair of stages.
with

flows as (

    select * from {{ ref('kpi_stage_flows') }}

),

windows as (

    select * from {{ ref('int_reporting__funnel_pairs') }}

),

bases as (

    select 'cohort' as basis
    union all
    select 'to_date'
    union all
    select 'period'

),

counts as (

    select
        bases.basis,
        flows.*,
        case bases.basis when 'cohort' then flows.matured else flows.entered end as cases,
        case bases.basis
            when 'cohort' then flows.converted_in_window
            when 'to_date' then flows.converted_to_date
            else flows.arrived
        end as converted
    from flows
    cross join bases
    where
        bases.basis = 'period'
        or flows.entered > 0

),

rates as (

    select
        *,
        {{ ratio('converted', 'cases') }} as ratio,
        case when basis <> 'period' then {{ wilson_bound('converted', 'cases', -1) }} end as ci_low,
        case when basis <> 'period' then {{ wilson_bound('converted', 'cases', 1) }} end as ci_high
    from counts

)

select
    rates.basis,
    rates.month,
    rates.origin_path,
    rates.channel,
    rates.segment,
    rates.from_stage,
    rates.to_stage,
    rates.entered,
    rates.cases as matured,
    rates.converted,
    case when rates.basis <> 'period' then rates.ratio end as conversion_rate,
    rates.ci_low,
    rates.ci_high,
    case when rates.basis = 'cohort' then {{ ratio('rates.cases', 'rates.entered') }} end as mature_share,
    case when rates.basis = 'cohort' then windows.window_days end as window_days,
    case when rates.basis = 'period' then rates.ratio end as flow_ratio
from rates
inner join windows
    on rates.from_stage = windows.from_stage
    and rates.to_stage = windows.to_stage
