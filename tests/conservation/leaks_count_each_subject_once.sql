-- A row is a measure of kpi_leakage that differs from the breaks: first leaks from the lead cycles and
-- opportunities that broke at all (D34), leaks from all their breaks.
-- A lead that counted twice would make the loss larger than it is.
-- Look at the row number in fct_leak, and at keys that int_leak__breaks makes of its subjects.
with

breaks as (

    select
        count(*) as leads,
        count(distinct subject_type || '|' || coalesce(lead_cycle_id, opportunity_id)) as first_leak_leads,
        sum(pipeline_at_stake_amount) as pipeline_at_stake_amount,
        sum(case when is_first_leak then pipeline_at_stake_amount end) as first_leak_pipeline_amount
    from {{ ref('fct_leak') }}

),

published as (

    select
        coalesce(sum(leads), 0) as leads,
        coalesce(sum(first_leak_leads), 0) as first_leak_leads,
        sum(pipeline_at_stake_amount) as pipeline_at_stake_amount,
        sum(first_leak_pipeline_amount) as first_leak_pipeline_amount
    from {{ ref('kpi_leakage') }}

)

select
    breaks.*,
    published.leads as published_leads,
    published.first_leak_leads as published_first_leak_leads
from breaks
cross join published
where
    breaks.leads <> published.leads
    or breaks.first_leak_leads <> published.first_leak_leads
    or breaks.pipeline_at_stake_amount is distinct from published.pipeline_at_stake_amount
    or breaks.first_leak_pipeline_amount is distinct from published.first_leak_pipeline_amount
