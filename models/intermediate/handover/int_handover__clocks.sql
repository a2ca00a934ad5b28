-- One row per lead cycle handed to sales: the business time that passed until it was routed, answered and
-- decided, and when an answer and a decision are due.
with

measured as (

    select
        instants.*,
        elapsed.handed_over_seconds,
        elapsed.responded_seconds,
        elapsed.assigned_seconds - elapsed.handed_over_seconds as seconds_to_assignment,
        elapsed.responded_seconds - elapsed.handed_over_seconds as seconds_to_response,
        elapsed.decided_seconds - elapsed.handed_over_seconds as seconds_to_decision,
        elapsed.handed_over_seconds + instants.agreed_response_minutes * 60 as response_due_seconds,
        elapsed.handed_over_seconds + instants.agreed_decision_minutes * 60 as decision_due_seconds
    from {{ ref('int_handover__instants') }} as instants
    inner join {{ ref('int_handover__elapsed') }} as elapsed
        on instants.lead_id = elapsed.lead_id
        and instants.cycle_number = elapsed.cycle_number

),

days as (

    select * from {{ ref('int_handover__business_days') }}

)

select
    measured.*,
    {{ double('measured.seconds_to_assignment') }} / 60 as assigned_minutes,
    {{ double('measured.seconds_to_response') }} / 60 as responded_minutes,
    {{ double('measured.seconds_to_decision') }} / 60 as decided_minutes,
    {{ plus_seconds(
        'response_days.opens_at', 'measured.response_due_seconds - response_days.seconds_before'
    ) }} as response_due_at,
    {{ plus_seconds(
        'decision_days.opens_at', 'measured.decision_due_seconds - decision_days.seconds_before'
    ) }} as decision_due_at
from measured
-- the days on which the business time agreed runs out
left join days as response_days
    on measured.calendar = response_days.calendar
    and measured.response_due_seconds > response_days.seconds_before
    and measured.response_due_seconds <= response_days.seconds_before + response_days.seconds
left join days as decision_days
    on measured.calendar = decision_days.calendar
    and measured.decision_due_seconds > decision_days.seconds_before
    and measured.decision_due_seconds <= decision_days.seconds_before + decision_days.seconds
