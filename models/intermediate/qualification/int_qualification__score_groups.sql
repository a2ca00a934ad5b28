-- One row per group of scoring rules and version of the score, numbered: rules that share a cap.
select
    cast(row_number() over (order by score, score_group, version) as integer) as group_number,
    score,
    score_group,
    version,
    max(group_cap) as group_cap
from {{ ref('scoring_rules') }}
group by score, score_group, version
