-- One row per lead cycle handed to sales that was answered: the first outbound activity by a human of sales
-- or inside sales after the hand-over, and before the next one.
with

mqls as (

    select
        lead_id,
        cycle_number,
        handed_over_at,
        handed_over_precision,
        lead(handed_over_at) over (partition by lead_id order by cycle_number) as next_handed_over_at
    from {{ ref('int_handover__mqls') }}

)

select
    mqls.lead_id,
    mqls.cycle_number,
    min(outreach.happened_at) as responded_at
from mqls
inner join {{ ref('int_lifecycle__outreach') }} as outreach
    on mqls.lead_id = outreach.lead_id
    and (
        outreach.happened_at >= mqls.handed_over_at
        -- of a hand-over known by its date alone, whatever happened on that day may be the answer
        or (
            mqls.handed_over_precision = 'day'
            and {{ reporting_date('outreach.happened_at') }} = {{ reporting_date('mqls.handed_over_at') }}
        )
    )
    and (mqls.next_handed_over_at is null or outreach.happened_at < mqls.next_handed_over_at)
group by mqls.lead_id, mqls.cycle_number
