-- One row per month and scope (the company, each segment) with a plan of what it wins in the fiscal quarter
-- of the day after: the pipeline that is to close in it, and what of the plan is still to be won. A month in
-- which no open opportunity has a day of its close has no row.
{% set sums = ['closing_opportunities', 'closing_pipeline_amount', 'closing_squares', 'won_amount'] %}
with

stock as (

    select * from {{ ref('kpi_pipeline_stock') }}

),

months as (

    select
        month,
        quarter_start
    from stock
    group by month, quarter_start
    having sum(undated_opportunities) < sum(open_opportunities)

),

won as (

    select
        {{ month_of(reporting_date('won_at')) }} as won_month,
        segment,
        sum(coalesce(won_amount, 0)) as amount
    from {{ ref('fct_opportunity') }}
    where
        is_new_pipeline
        and is_won
    group by {{ month_of(reporting_date('won_at')) }}, segment

),

parts as (

    select
        stock.month,
        stock.quarter_start,
        stock.segment,
        stock.closing_opportunities,
        stock.closing_pipeline_amount,
        stock.closing_squares,
        0 as won_amount
    from stock
    inner join months on stock.month = months.month
    union all
    select
        months.month,
        months.quarter_start,
        won.segment,
        0,
        0,
        0,
        won.amount
    from months
    inner join won
        on months.quarter_start <= won.won_month
        and months.month >= won.won_month

),

scoped as (
    {% for scope_type, scope in {'company': "'company'", 'segment': 'segment'}.items() %}
    select
        month,
        quarter_start,
        '{{ scope_type }}' as scope_type,
        {{ scope }} as scope,
        {%- for column in sums %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        count(*) as parts
    from parts
    group by month, quarter_start{{ ', segment' if scope_type == 'segment' }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- quarters of which every month has a plan
plans as (

    select
        scope_type,
        scope,
        {{ fiscal_quarter_of('period_start') }} as quarter_start,
        cast(sum(plan) as decimal(18, 2)) as plan_amount
    from {{ ref('kpi_targets') }} as targets
    where
        kpi = 'won_amount'
        and {{ is_valid_on('targets', reporting_date(as_of())) }}
    group by scope_type, scope, {{ fiscal_quarter_of('period_start') }}
    having count(*) = 3

)

select
    scoped.month,
    scoped.quarter_start,
    scoped.scope_type,
    scoped.scope,
    case when scoped.scope_type = 'segment' then scoped.scope end as segment,
    {%- for column in sums %}
    scoped.{{ column }},
    {%- endfor %}
    plans.plan_amount,
    greatest(plans.plan_amount - scoped.won_amount, 0) as remaining_plan_amount
from scoped
inner join plans
    on scoped.scope_type = plans.scope_type
    and scoped.scope = plans.scope
    and scoped.quarter_start = plans.quarter_start
