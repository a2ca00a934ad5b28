-- Question: Where do we lose the most between marketing and sales?
-- How to read: The last twelve whole months, each lead cycle and opportunity once, at its first leak, so
-- that the rows add up. `leads` counts all that broke at the leak, also those that had broken elsewhere
-- before: what mending this leak alone would touch. The amount is what such leads are worth on average
-- (docs/published.md).
-- Columns: leak, label_en, first_leak_leads, first_leak_pipeline_amount, pipeline_share, cumulative_share,
-- leads, action_en
with

leaks as (

    select
        leak,
        sum(first_leak_leads) as first_leak_leads,
        coalesce(sum(first_leak_pipeline_amount), 0) as first_leak_pipeline_amount,
        -- a lead cycle breaks once at a leak, so within one leak these add up
        sum(leads) as leads
    from {{ ref('kpi_leakage') }}
    where {{ in_last_full_months('month', 12) }}
    group by leak

)

select
    leaks.leak,
    labels.label_en,
    leaks.first_leak_leads,
    leaks.first_leak_pipeline_amount,
    {{ ratio('leaks.first_leak_pipeline_amount', 'sum(leaks.first_leak_pipeline_amount) over ()') }}
        as pipeline_share,
    {{ ratio(
        'sum(leaks.first_leak_pipeline_amount) over '
        ~ '(order by leaks.first_leak_pipeline_amount desc, leaks.leak asc)',
        'sum(leaks.first_leak_pipeline_amount) over ()'
    ) }} as cumulative_share,
    leaks.leads,
    labels.action_en
from leaks
inner join {{ ref('dim_leak') }} as labels on leaks.leak = labels.leak
order by leaks.first_leak_pipeline_amount desc, leaks.leak asc
