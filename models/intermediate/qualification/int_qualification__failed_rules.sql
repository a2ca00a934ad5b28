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
    outcomes.connection,
    outcomes.source_id,
    outcomes.stage,
    outcomes.rule_id,
    outcomes.version,
    verdicts.verdict,
    outcomes.is_met is null as is_evidence_missing
from outcomes
inner join {{ ref('int_qualification__moments') }} as moments
    on outcomes.connection = moments.connection
    and outcomes.source_id = moments.source_id
    and moments.touch_id is null
inner join verdicts
    on outcomes.connection = verdicts.connection
    and outcomes.source_id = verdicts.source_id
where
    verdicts.verdict <> 'verified'
    and coalesce(not outcomes.is_met, true)
