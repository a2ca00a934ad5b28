-- A row is a state in which too many cycles end for a reason that says nothing without a text.
-- Such reasons send no lead anywhere: neither to nurture nor to those who can mend a score or a target.
-- Read what people wrote with them, and give what comes up often a reason of its own.
{{ config(
    severity='warn',
    meta={
        'meaning_de': 'Eine Zeile ist ein Ausgang, bei dem zu viele Zyklen mit einem Grund enden, der ohne Text '
            ~ 'nichts sagt. Lesen, was dabei steht, und dem, was oft vorkommt, einen eigenen Grund geben.',
    }
) }}
with

reasons as (

    select
        reason,
        needs_text
    from {{ ref('rejection_reasons') }}
    union all
    select
        reason,
        needs_text
    from {{ ref('loss_reasons') }}

),

known as (

    select
        reason,
        bool_or(needs_text) as needs_text
    from reasons
    group by reason

)

select
    cycles.exit_state,
    count(*) as cycles_with_a_reason,
    sum(case when known.needs_text then 1 else 0 end) as cycles_whose_reason_needs_a_text
from {{ ref('fct_lead_lifecycle') }} as cycles
inner join known on cycles.exit_reason = known.reason
group by cycles.exit_state
having
    count(*) >= {{ threshold('minimum_sample') }}
    and sum(case when known.needs_text then 1 else 0 end) > {{ threshold('maximum_other_share') }} * count(*)
