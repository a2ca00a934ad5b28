-- One row per moment on a day with scoring rules: its fit and engagement score on that day, from
-- 0 to the highest that the agreement allows; null where nothing is known that a score could be made of.
with

moments as (

    select
        moment_number,
        declared_on
    from {{ ref('int_qualification__moments') }}

),

-- the moments of a day have the same rules
days as (

    select declared_on from moments
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

-- versions of a score do not overlap (a check of the definitions): a group has one row at a moment
capped as (

    select
        points.moment_number,
        groups.score,
        points.is_known,
        least(points.points, groups.group_cap) as points
    from {{ ref('int_qualification__points') }} as points
    inner join {{ ref('int_qualification__score_groups') }} as groups
        on points.group_number = groups.group_number

),

totals as (

    select
        moment_number,
        {%- for score in ['fit', 'engagement'] %}
        bool_or(score = '{{ score }}' and is_known) as is_{{ score }}_known,
        sum(case when score = '{{ score }}' then points end) as {{ score }}_points
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from capped
    group by moment_number

)

select
    moments.moment_number,
    {%- for score in ['fit', 'engagement'] %}
    cast(
        case
            when totals.is_{{ score }}_known
                then greatest(0, least(totals.{{ score }}_points, {{ threshold('score_maximum') }}))
        end as decimal(18, 6)
    ) as {{ score }}_score,
    {%- endfor %}
    versions.score_version
from moments
inner join versions on moments.declared_on = versions.declared_on
left join totals on moments.moment_number = totals.moment_number
