-- One row per month and step from the CRM's total to the new pipeline and its credit. Steps are signed: the
-- total, less what is excluded, plus the change of amounts, is what is in scope; that is attributed or has
-- no touch.
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

-- by the default model: an opportunity without any touch has one row that says so
credited as (

    select
        conversion_id,
        conversion_month as month,
        max(case when channel = '(no touch)' then 'no_touch' else 'attributed' end) as step,
        sum(coalesce(amount, 0)) as amount
    from {{ ref('fct_attribution') }}
    where
        conversion_type = 'pipeline'
        and is_default
    group by conversion_id, conversion_month

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
    {%- for step in ['attributed', 'no_touch'] %}
    union all
    select
        month,
        '{{ step }}',
        0,
        0
    from counted
    {%- endfor %}
    union all
    select
        month,
        step,
        1,
        amount
    from credited

)

select
    month,
    step,
    cast(sum(opportunities) as bigint) as opportunities,
    cast(sum(amount) as decimal(18, 2)) as amount
from steps
group by month, step
