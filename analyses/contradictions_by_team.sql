-- Question: Which teams declare stages against the agreement?
-- How to read: Declarations of the last twelve whole months. A high share may say that a team does not
-- know the definition, or that the definition is wrong: ask before you train. What the evidence cannot
-- judge is `not_assessable`, and counts as declared.
-- Columns: stage, team, declarations, contradicted, not_assessable, contradicted_share
with

declared as (

    select
        stage,
        team,
        sum(events) as declarations,
        sum(case when verdict = 'contradicted' then events else 0 end) as contradicted,
        sum(case when verdict = 'not_assessable' then events else 0 end) as not_assessable
    from {{ ref('kpi_definition_verdicts') }}
    where {{ in_last_full_months('month', 12) }}
    group by stage, team

)

select
    declared.stage,
    declared.team,
    declared.declarations,
    declared.contradicted,
    declared.not_assessable,
    {{ ratio('declared.contradicted', 'declared.declarations') }} as contradicted_share
from declared
inner join {{ ref('dim_stage') }} as stages on declared.stage = stages.stage
order by stages.stage_rank asc, declared.contradicted desc, declared.team asc
