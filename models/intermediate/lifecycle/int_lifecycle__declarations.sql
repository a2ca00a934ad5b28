-- One row per stage or exit that a system declared for a person record, with the verdict of the agreement
-- that was valid on its day. Where the agreement has no rule there is nothing to verify.
with

declared as (

    select * from {{ ref('int_qualification__declared') }}

),

verdicts as (

    select * from {{ ref('int_qualification__verdicts') }}

),

scores as (

    select * from {{ ref('int_qualification__scores') }}

),

traits as (

    select
        moment_number,
        is_hand_raiser
    from {{ ref('int_qualification__traits') }}

)

select
    declared.lead_id,
    declared.stage,
    declared.exit_state,
    declared.declared_at,
    declared.declared_precision,
    declared.actor_role,
    declared.actor_team,
    coalesce(verdicts.verdict, 'verified') as verdict,
    coalesce(verdicts.verdict = 'contradicted', false) as is_contradicted,
    coalesce(cast(verdicts.version as {{ dbt.type_string() }}), '(none)') as definition_version,
    scores.fit_score,
    scores.engagement_score,
    scores.score_version,
    traits.is_hand_raiser,
    declared.reason,
    declared.has_reason_text,
    declared.record_id,
    declared.connection,
    declared.source_id
from declared
left join verdicts
    on declared.declaration_number = verdicts.moment_number
left join scores
    on declared.declaration_number = scores.moment_number
left join traits
    on declared.declaration_number = traits.moment_number
