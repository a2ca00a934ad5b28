-- One row per month of the hand-over, team (and all of them) and SLA tier. What is not due yet is left out.
with

due as (

    select
        handover_month as month,
        team,
        sla_tier,
        response_minutes,
        is_responded
    from {{ ref('fct_handover') }}
    where
        is_sla_due
        and verdict <> 'contradicted'

),

grouped as (

    select
        *,
        false as is_total
    from due
    union all
    select
        month,
        '(all)',
        sla_tier,
        response_minutes,
        is_responded,
        true
    from due

)

select
    month,
    team,
    sla_tier,
    is_total,
    {{ percentile('response_minutes', 0.5) }} as median_response_minutes,
    {{ percentile('response_minutes', 0.9) }} as p90_response_minutes,
    {{ ratio('sum(case when is_responded then 0 else 1 end)', 'count(*)') }} as never_responded_share,
    count(*) as sample_size
from grouped
group by month, team, sla_tier, is_total
