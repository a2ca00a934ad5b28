-- One row per basis, month, channel and cost scope: marketing cost and the stages that leads of marketing
-- reached. Cost scopes and the stage that counts as qualified are those of the first of the month.
{% set counted = {
    'inquiries': 'inquiry', 'mqls': 'mql', 'sals': 'sal', 'sqls': 'sql', 'opportunities': 'opportunity'
} %}
with

leads as (

    select * from {{ ref('kpi_marketing_leads') }}

),

costs as (

    select * from {{ ref('kpi_channel_costs') }}

),

scopes as (

    select * from {{ ref('cost_scopes') }}

),

-- the scopes that include anything in the month
scope_months as (

    select
        leads.month,
        scopes.cost_scope
    from leads
    inner join scopes on {{ is_valid_on('scopes', 'leads.month') }}
    group by leads.month, scopes.cost_scope

),

bases as (

    select 'period' as basis
    union all
    select 'cohort'

),

parts as (

    select
        bases.basis,
        costs.month,
        costs.channel,
        scopes.cost_scope,
        costs.cost_amount,
        null as stage,
        0 as leads
    from costs
    inner join scopes
        on costs.cost_category = scopes.cost_category
        and {{ is_valid_on('scopes', 'costs.month') }}
    cross join bases
    union all
    select
        leads.basis,
        leads.month,
        leads.channel,
        scope_months.cost_scope,
        0,
        leads.stage,
        leads.leads
    from leads
    inner join scope_months on leads.month = scope_months.month

),

summed as (

    select
        basis,
        month,
        channel,
        cost_scope,
        cast(sum(cost_amount) as decimal(18, 2)) as cost_amount,
        {%- for measure, stage in counted.items() %}
        {{ double("sum(case when stage = '" ~ stage ~ "' then leads else 0 end)") }} as {{ measure }},
        {%- endfor %}
        basis = 'period' or {{ is_matured(
            end_of_reporting_day(dbt.last_day('month', 'month')),
            '(select inquiry_to_opportunity from ' ~ ref('int_reporting__stage_windows') ~ ')'
        ) }} as is_matured
    from parts
    group by basis, month, channel, cost_scope

),

qualified as (

    select
        summed.*,
        case stages.stage
            {%- for measure, stage in counted.items() %}
            when '{{ stage }}' then summed.{{ measure }}
            {%- endfor %}
        end as qualified_leads
    from summed
    left join {{ ref('qualified_lead_stage') }} as stages
        on {{ is_valid_on('stages', 'summed.month') }}

)

select
    basis,
    month,
    channel,
    cost_scope,
    cost_amount,
    {%- for measure in counted %}
    {{ measure }},
    {%- endfor %}
    qualified_leads,
    is_matured,
    {%- for measure, stage in counted.items() %}
    case when is_matured then {{ ratio('cost_amount', measure) }} end as cost_per_{{ stage }},
    {%- endfor %}
    case when is_matured then {{ ratio('cost_amount', 'qualified_leads') }} end as cost_per_qualified_lead,
    is_matured and cost_amount > 0 and qualified_leads = 0 as spend_without_output
from qualified
