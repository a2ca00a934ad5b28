-- One row per leak and lead cycle handed to sales in which the hand-over broke: routed too late or to nobody,
-- not answered in time, not decided, or sent back without a reason. What the evidence contradicts is no
-- hand-over.
{% set leaks = {
    'not_routed': (
        'unrouted.subject_key is not null',
        'clocks.handed_over_at',
        'coalesce(not clocks.is_owner_active, true) and clocks.decision is null and cycles.exit_at is null',
    ),
    'not_answered_in_time': (
        "clocks.handed_over_precision = 'second' and clocks.response_due_at <= " ~ as_of()
        ~ ' and coalesce(clocks.responded_minutes > clocks.agreed_response_minutes, true)',
        'clocks.response_due_at',
        'clocks.responded_at is null and clocks.decision is null and cycles.exit_at is null',
    ),
    'no_decision': (
        'clocks.decision is null and clocks.decision_due_at <= ' ~ as_of(),
        'clocks.decision_due_at',
        'cycles.exit_at is null',
    ),
    'rejected_without_reason': (
        "clocks.decision <> 'accepted' and not clocks.has_valid_reason",
        'clocks.decided_at',
        'true',
    ),
} %}
with

clocks as (

    select
        clocks.*,
        -- known to the agreement, with a text where it says nothing without
        reasons.reason is not null
        and (not reasons.needs_text or coalesce(clocks.has_reason_text, true)) as has_valid_reason
    from {{ ref('int_handover__clocks') }} as clocks
    left join {{ ref('rejection_reasons') }} as reasons on clocks.reason = reasons.reason
    where clocks.verdict <> 'contradicted'

),

cycles as (

    select
        lead_id,
        cycle_number,
        channel,
        exit_at
    from {{ ref('int_lifecycle__cycles') }}

),

unrouted as (

    select subject_key from {{ ref('int_rule__i37_mql_is_routed') }}
    where outcome = 'broken'

)

{% for leak, (is_broken, broke_at, is_open) in leaks.items() %}
select
    '{{ leak }}' as leak,
    clocks.lead_id,
    clocks.cycle_number,
    clocks.team,
    cycles.channel,
    clocks.handed_over_at as waiting_since_at,
    {{ broke_at }} as broke_at,
    {{ is_open }} as is_open
from clocks
inner join cycles
    on clocks.lead_id = cycles.lead_id
    and clocks.cycle_number = cycles.cycle_number
{%- if leak == 'not_routed' %}
left join unrouted on clocks.lead_id || '-' || clocks.cycle_number = unrouted.subject_key
{%- endif %}
where {{ is_broken }}
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
