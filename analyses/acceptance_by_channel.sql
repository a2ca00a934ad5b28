-- Question: Whose leads does sales accept?
-- How to read: MQLs of marketing of the last twelve whole months whose window to an acceptance has run
-- out. Compare with `company_rate`; below thirty MQLs a rate is chance. A low rate with few rejections in
-- `rejection_reasons` is a matter of silence and not of quality: look at `largest_leak`.
-- Columns: channel, label_en, mqls, accepted, acceptance_rate, company_rate, difference
with

channels as (

    select
        channel,
        sum(matured) as mqls,
        sum(converted) as accepted
    from {{ ref('kpi_funnel_conversion') }}
    where
        basis = 'cohort'
        and from_stage = 'mql'
        and to_stage = 'sal'
        and origin_path = 'marketing'
        and {{ in_last_full_months('month', 12) }}
    group by channel

),

rated as (

    select
        *,
        {{ ratio('accepted', 'mqls') }} as acceptance_rate,
        {{ ratio('sum(accepted) over ()', 'sum(mqls) over ()') }} as company_rate
    from channels

)

select
    rated.channel,
    labels.label_en,
    rated.mqls,
    rated.accepted,
    rated.acceptance_rate,
    rated.company_rate,
    rated.acceptance_rate - rated.company_rate as difference
from rated
inner join {{ ref('dim_channel') }} as labels on rated.channel = labels.channel
order by rated.acceptance_rate desc nulls last, rated.channel asc
