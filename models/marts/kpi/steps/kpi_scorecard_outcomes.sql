-- One row per KPI of what became of lead cycles, month, channel and segment. As with rates, a lead belongs to
-- the month in which its window ended.
with

cycles as (

    select
        fct_lead_lifecycle.*,
        windows.inquiry_to_won
    from {{ ref('fct_lead_lifecycle') }} as fct_lead_lifecycle
    cross join {{ ref('int_reporting__stage_windows') }} as windows
    where fct_lead_lifecycle.is_marketing_sourced

),

-- sent back, of those accepted
accepted as (

    select
        'recycle_rate' as kpi,
        channel,
        segment,
        {{ dbt.dateadd('hour', 'cast(24 * ' ~ threshold('recycle_days') ~ ' as integer)', 'sal_at') }}
            as window_ended_at,
        case when exit_state = 'recycled' then exit_at end as counted_at
    from cycles
    where sal_at is not null

),

-- an MQL again, of those rejected or sent back
returned as (

    select
        'requalification_rate' as kpi,
        channel,
        segment,
        {{ dbt.dateadd(
            'hour', 'cast(24 * ' ~ threshold('requalification_days') ~ ' as integer)', 'exit_at'
        ) }} as window_ended_at,
        case when is_requalified then exit_at end as counted_at
    from cycles
    where exit_state in ('rejected', 'recycled')

),

-- never accepted, of those that ended within the window of the whole way
ended as (

    select
        'pre_sal_loss_share' as kpi,
        channel,
        segment,
        {{ dbt.dateadd('hour', '24 * inquiry_to_won', 'inquiry_at') }} as window_ended_at,
        case when sal_at is null then exit_at end as counted_at
    from cycles
    where
        inquiry_at is not null
        and exit_at <= {{ dbt.dateadd('hour', '24 * inquiry_to_won', 'inquiry_at') }}

),

cohorts as (

    select * from accepted
    union all
    select * from returned
    union all
    select * from ended

),

dated as (

    select
        *,
        {{ month_of(reporting_date('window_ended_at')) }} as month,
        window_ended_at <= {{ as_of() }} as is_matured
    from cohorts

)

select
    kpi,
    month,
    channel,
    segment,
    sum(case when is_matured and counted_at <= window_ended_at then 1 else 0 end) as numerator,
    sum(case when is_matured then 1 else 0 end) as denominator,
    sum(case when is_matured then 1 else 0 end) as cases,
    count(*) as entered
from dated
where month <= {{ month_of(reporting_date(as_of())) }}
group by kpi, month, channel, segment
