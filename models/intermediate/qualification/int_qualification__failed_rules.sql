-- One row per declared stage that is not verified and rule that kept it from it: the rule does not hold,
-- or its evidence is missing.
with

outcomes as (

    select * from {{ ref('int_qualification__outcomes') }}

),

verdicts as (

    select * from {{ ref('int_qualification__verdicts') }}

)

select
    declared.connection,
    declared.source_id,
    outcomes.stage,
    outcomes.rule_id,
    outcomes.version,
    verdicts.verdict,
    outcomes.is_met is null as is_evidence_missing
from outcomes
inner join {{ ref('int_qualification__declared') }} as declared
    on outcomes.moment_number = declared.declaration_number
inner join verdicts on outcomes.moment_number = verdicts.moment_number
where
    verdicts.verdict <> 'verified'
    and coalesce(not outcomes.is_met, true)
