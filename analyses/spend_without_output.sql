-- Question: Where do we spend without a qualified lead to show for it?
-- How to read: Channels and months of the last twelve whole ones with cost and no qualified lead of
-- marketing. One such month of a small channel is chance; several in a row are a decision to be taken.
-- Cost that nobody allocated to a channel is `not_allocated`: allocate it before you judge.
-- Columns: channel, label_en, months_without_output, cost_without_output, cost_amount,
-- cost_share_without_output
with

costs as (

    select
        channel,
        sum(case when spend_without_output then 1 else 0 end) as months_without_output,
        sum(case when spend_without_output then cost_amount else 0 end) as cost_without_output,
        sum(cost_amount) as cost_amount
    from {{ ref('kpi_cost_per_qualified_lead') }}
    where
        basis = 'period'
        and cost_scope = 'fully_loaded'
        and {{ in_last_full_months('month', 12) }}
    group by channel

)

select
    costs.channel,
    labels.label_en,
    costs.months_without_output,
    costs.cost_without_output,
    costs.cost_amount,
    {{ ratio('costs.cost_without_output', 'costs.cost_amount') }} as cost_share_without_output
from costs
inner join {{ ref('dim_channel') }} as labels on costs.channel = labels.channel
where costs.months_without_output > 0
order by costs.cost_without_output desc, costs.channel asc
