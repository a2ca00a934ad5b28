-- One row per month and step from the CRM's total to the new pipeline. Steps are signed: the total, less what
-- is excluded, plus the change of amounts, is what is in scope.
{% set excluded = ['renewals', 'below_entry', 'no_amount', 'other_excluded'] %}
with

opportunities as (

    select
        bridge_month,
        bridge_step,
        current_amount,
        entry_amount
    from {{ ref('fct_opportunity') }}
    union all
    select
        bridge_month,
        bridge_step,
        current_amount,
        null
    from {{ ref('fct_deleted_opportunity') }}

),

counted as (

    select
        bridge_month as month,
        bridge_step,
        count(*) as opportunities,
        sum(coalesce(current_amount, 0)) as current_amount,
        sum(coalesce(entry_amount, 0)) as entry_amount
    from opportunities
    group by bridge_month, bridge_step

),

steps as (

    select
        month,
        'crm_total' as step,
        opportunities,
        current_amount as amount
    from counted
    union all
    {%- for step in excluded %}
    select
        month,
        '{{ step }}',
        case when bridge_step = '{{ step }}' then -opportunities else 0 end,
        case when bridge_step = '{{ step }}' then -current_amount else 0 end
    from counted
    union all
    {%- endfor %}
    select
        month,
        'amount_change',
        0,
        case when bridge_step = 'in_scope' then entry_amount - current_amount else 0 end
    from counted
    union all
    select
        month,
        'in_scope',
        case when bridge_step = 'in_scope' then opportunities else 0 end,
        case when bridge_step = 'in_scope' then entry_amount else 0 end
    from counted

)

select
    month,
    step,
    cast(sum(opportunities) as bigint) as opportunities,
    cast(sum(amount) as decimal(18, 2)) as amount
from steps
group by month, step
