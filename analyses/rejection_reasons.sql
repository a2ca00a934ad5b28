-- Question: Why does sales send leads back?
-- How to read: Hand-overs of the last twelve whole months that sales rejected, sent back or disqualified,
-- the most frequent reason first. `cumulative_share` says how many reasons make up most of it: mend those.
-- `(not set)` and `(unmapped)` are no reasons; where they are frequent, mend that first.
-- Columns: rejection_reason, handovers, reason_share, cumulative_share
with

reasons as (

    select
        rejection_reason,
        sum(handovers) as handovers
    from {{ ref('kpi_handover') }}
    where
        decision in ('rejected', 'recycled', 'disqualified')
        and {{ in_last_full_months('month', 12) }}
    group by rejection_reason

)

select
    rejection_reason,
    handovers,
    {{ ratio('handovers', 'sum(handovers) over ()') }} as reason_share,
    {{ ratio(
        'sum(handovers) over (order by handovers desc, rejection_reason asc)', 'sum(handovers) over ()'
    ) }} as cumulative_share
from reasons
order by handovers desc, rejection_reason asc
