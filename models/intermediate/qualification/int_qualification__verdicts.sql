-- One row per moment: verified where all rules of an alternative hold, contradicted where
-- every alternative has a rule that does not, else not assessable, for evidence is missing.
with

alternatives as (

    select
        moment_number,
        version,
        alternative,
        count(*) = count(case when is_met then 1 end) as is_met,
        count(case when not is_met then 1 end) > 0 as is_failed
    from {{ ref('int_qualification__outcomes') }}
    group by moment_number, version, alternative

)

select
    moment_number,
    max(version) as version,
    case
        when bool_or(is_met) then 'verified'
        when bool_and(is_failed) then 'contradicted'
        else 'not_assessable'
    end as verdict
from alternatives
group by moment_number
