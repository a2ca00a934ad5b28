-- Question: Which teams answer late, and what is that worth?
-- How to read: Hand-overs of the last twelve whole months whose answer was due. The amount is the pipeline
-- at stake with the late ones, at the average worth of an MQL: an upper bound, since some are won all the
-- same. Ask for capacity and hours of a team before its discipline.
-- Columns: team, sla_due, sla_met, sla_attainment, late_leads, pipeline_at_stake_amount
with

handovers as (

    select
        team,
        sum(sla_due) as sla_due,
        sum(sla_met) as sla_met
    from {{ ref('kpi_handover') }}
    where {{ in_last_full_months('month', 12) }}
    group by team

),

late as (

    select
        team,
        sum(leads) as late_leads,
        sum(pipeline_at_stake_amount) as pipeline_at_stake_amount
    from {{ ref('kpi_leakage') }}
    where
        leak = 'not_answered_in_time'
        and {{ in_last_full_months('month', 12) }}
    group by team

)

select
    handovers.team,
    handovers.sla_due,
    handovers.sla_met,
    {{ ratio('handovers.sla_met', 'handovers.sla_due') }} as sla_attainment,
    coalesce(late.late_leads, 0) as late_leads,
    late.pipeline_at_stake_amount
from handovers
left join late on handovers.team = late.team
order by late.pipeline_at_stake_amount desc nulls last, handovers.team asc
