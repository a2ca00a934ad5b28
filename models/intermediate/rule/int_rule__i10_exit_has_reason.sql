-- One row per lead cycle that was recycled, disqualified or lost: whether a reason of the agreement is given
-- (I10).
with

reasons as (

    select reason from {{ ref('rejection_reasons') }}
    union all
    select reason from {{ ref('loss_reasons') }}

),

known as (

    select reason from reasons
    group by reason

)

select
    'I10' as rule,
    'lead_cycle' as subject_type,
    cycles.lead_cycle_id as subject_key,
    cycles.exit_at as examined_at,
    cycles.team,
    cycles.channel,
    {{ rule_outcome('known.reason is not null') }} as outcome
from {{ ref('int_rule__cycles') }} as cycles
left join known on cycles.exit_reason = known.reason
where cycles.exit_state in ('recycled', 'disqualified', 'lost')
