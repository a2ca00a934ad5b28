-- Question: Which channels deliver qualified leads below the planned cost?
-- How to read: The last twelve whole months, all cost included. `plan` is the company's plan, the mean of
-- its months. A channel without cost is cheap because nothing is booked on it, not because it is good; one
-- without qualified leads has no cost per lead, and stands last.
-- Columns: channel, label_en, cost_amount, qualified_leads, cost_per_qualified_lead, plan, is_below_plan
with

channels as (

    select
        channel,
        sum(cost_amount) as cost_amount,
        sum(qualified_leads) as qualified_leads
    from {{ ref('kpi_cost_per_qualified_lead') }}
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'
        and {{ in_last_full_months('month', 12) }}
    group by channel

),

plans as (

    select avg(plan) as plan from {{ ref('kpi_scorecard') }}
    where
        kpi = 'cost_per_qualified_lead'
        and period_type = 'month'
        and scope_type = 'company'
        and {{ in_last_full_months('period_start', 12) }}

),

priced as (

    select
        *,
        {{ ratio('cost_amount', 'qualified_leads') }} as cost_per_qualified_lead
    from channels

)

select
    priced.channel,
    labels.label_en,
    priced.cost_amount,
    priced.qualified_leads,
    priced.cost_per_qualified_lead,
    plans.plan,
    priced.cost_per_qualified_lead < plans.plan as is_below_plan
from priced
inner join {{ ref('dim_channel') }} as labels on priced.channel = labels.channel
cross join plans
order by priced.cost_per_qualified_lead asc nulls last, priced.channel asc
