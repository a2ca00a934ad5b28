-- One row per moment and group of scoring rules of which something was known then: the points of its rules,
-- before the cap. Points of touches halve with each half-life since the touch.
{% set scores = ['fit_score', 'engagement_score'] %}
{% set personal = ['country', 'industry', 'segment', 'employees', 'email_kind', 'job_title', 'lead_source'] %}
with

traits as (

    select * from {{ ref('int_qualification__traits') }}

),

rules as (

    select
        rules.*,
        groups.group_number
    from {{ ref('scoring_rules') }} as rules
    inner join {{ ref('int_qualification__score_groups') }} as groups
        on rules.score = groups.score
        and rules.score_group = groups.score_group
        and rules.version = groups.version

),

-- what is known of a person and its company is the same at all of its moments, and judged once
persons as (

    select
        lead_id,
        {{ personal | join(',\n        ') }}
    from traits
    group by lead_id, {{ personal | join(', ') }}

),

{% set judged = {'person': ('persons', 'lead_id'), 'moment': ('traits', 'moment_number')} %}
{% for subject, (relation, key) in judged.items() %}
{% set moving = rule_attributes().keys() | reject('in', personal) | list %}
{% set others = moving if subject == 'person' else personal %}
compared_by_{{ subject }} as (

    select
        given.{{ key }},
        rules.group_number,
        rules.valid_from,
        rules.valid_to,
        rules.points,
        rules.operator,
        rules.value,
        {{ trait_as_text('rules', 'given', without=scores + others) }} as given_text,
        {{ trait_as_number('rules', 'given', without=scores + others) }} as given_number,
        {{ wanted_as_number('rules') }} as wanted_number
    from {{ relation }} as given
    inner join rules
        on rules.touch_type is null
        and rules.attribute {{ 'not' if subject == 'moment' }} in (
            {%- for attribute in personal %}
            '{{ attribute }}'
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        )
        {%- if subject == 'moment' %}
        and {{ is_valid_on('rules', 'given.declared_on') }}
        {%- endif %}

),

points_by_{{ subject }} as (

    select
        {{ key }},
        group_number,
        valid_from,
        valid_to,
        bool_or(given_text is not null) as is_known,
        sum(cast(
            case when {{ rule_holds('compared_by_' ~ subject) }} then points else 0 end as decimal(18, 6)
        )) as points
    from compared_by_{{ subject }}
    group by {{ key }}, group_number, valid_from, valid_to

),

{% endfor %}
parts as (

    select
        touches.moment_number,
        rules.group_number,
        true as is_known,
        cast(
            rules.points * case
                when rules.half_life_days is null then 1
                else power({{ double('0.5') }}, {{ double('touches.age_days') }} / rules.half_life_days)
            end
            as decimal(18, 6)
        ) as points
    from {{ ref('int_qualification__touches') }} as touches
    inner join rules
        on touches.touch_type = rules.touch_type
        and {{ is_valid_on('rules', 'touches.declared_on') }}
    union all
    select
        traits.moment_number,
        points.group_number,
        points.is_known,
        points.points
    from traits
    inner join points_by_person as points
        on traits.lead_id = points.lead_id
        and {{ is_valid_on('points', 'traits.declared_on') }}
    union all
    select
        moment_number,
        group_number,
        is_known,
        points
    from points_by_moment

)

select
    moment_number,
    group_number,
    bool_or(is_known) as is_known,
    sum(points) as points
from parts
where is_known or points <> 0
group by moment_number, group_number
