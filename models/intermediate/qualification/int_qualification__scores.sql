-- One row per moment with a rule: its fit and engagement score on that day, from 0 to the highest
-- that the agreement allows; null where nothing is known that a score could be made of.
with

groups as (

    select
        connection,
        source_id,
        score,
        max(version) as version,
        bool_or(is_known) as is_known,
        least(sum(points), max(group_cap)) as points
    from {{ ref('int_qualification__points') }}
    group by connection, source_id, score, score_group

),

totals as (

    select
        connection,
        source_id,
        score,
        max(version) as version,
        bool_or(is_known) as is_known,
        greatest(0, least(sum(points), {{ threshold('score_maximum') }})) as points
    from groups
    group by connection, source_id, score

)

select
    connection,
    source_id,
    {%- for score in ['fit', 'engagement'] %}
    cast(max(case when score = '{{ score }}' and is_known then points end) as decimal(18, 6))
        as {{ score }}_score,
    {%- endfor %}
    cast(max(version) as integer) as score_version
from totals
group by connection, source_id
