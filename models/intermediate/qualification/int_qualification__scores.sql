-- One row per moment with a rule on a day with scoring rules: its fit and engagement score on that day, from
-- 0 to the highest that the agreement allows; null where nothing is known that a score could be made of.
with

traits as (

    select
        connection,
        source_id,
        declared_on
    from {{ ref('int_qualification__traits') }}

),

-- the moments of a day have the same rules
days as (

    select declared_on from traits
    group by declared_on

),

versions as (

    select
        days.declared_on,
        cast(max(rules.version) as integer) as score_version
    from days
    inner join {{ ref('scoring_rules') }} as rules on {{ is_valid_on('rules', 'days.declared_on') }}
    group by days.declared_on

),

groups as (

    select
        connection,
        source_id,
        score,
        bool_or(is_known) as is_known,
        least(sum(points), max(group_cap)) as points
    from {{ ref('int_qualification__points') }}
    group by connection, source_id, score, score_group

),

totals as (

    select
        connection,
        source_id,
        {%- for score in ['fit', 'engagement'] %}
        bool_or(score = '{{ score }}' and is_known) as is_{{ score }}_known,
        sum(case when score = '{{ score }}' then points end) as {{ score }}_points
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from groups
    group by connection, source_id

)

select
    traits.connection,
    traits.source_id,
    {%- for score in ['fit', 'engagement'] %}
    cast(
        case
            when totals.is_{{ score }}_known
                then greatest(0, least(totals.{{ score }}_points, {{ threshold('score_maximum') }}))
        end as decimal(18, 6)
    ) as {{ score }}_score,
    {%- endfor %}
    versions.score_version
from traits
inner join versions on traits.declared_on = versions.declared_on
left join totals
    on traits.connection = totals.connection
    and traits.source_id = totals.source_id
