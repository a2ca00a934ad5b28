-- One row per moment with a rule and scoring rule valid on its day: the points it gave, and whether
-- anything was known that could give some. Points of touches halve with each half-life since the touch.
{% set scores = ['fit_score', 'engagement_score'] %}
with

traits as (

    select * from {{ ref('int_qualification__traits') }}

),

rules as (

    select * from {{ ref('scoring_rules') }}

),

touch_points as (

    select
        touches.connection,
        touches.source_id,
        rules.rule_id,
        sum(cast(
            rules.points * case
                when rules.half_life_days is null then 1
                else power({{ double('0.5') }}, {{ double('touches.age_days') }} / rules.half_life_days)
            end
            as decimal(18, 6)
        )) as points
    from {{ ref('int_qualification__touches') }} as touches
    inner join traits
        on touches.connection = traits.connection
        and touches.source_id = traits.source_id
    inner join rules
        on touches.touch_type = rules.touch_type
        and {{ is_valid_on('rules', 'traits.declared_on') }}
    group by touches.connection, touches.source_id, rules.rule_id

),

compared as (

    select
        traits.connection,
        traits.source_id,
        traits.touches,
        rules.rule_id,
        rules.score,
        rules.score_group,
        rules.group_cap,
        rules.version,
        rules.touch_type,
        rules.points,
        rules.operator,
        rules.value,
        {{ trait_as_text('rules', 'traits', without=scores) }} as given_text,
        {{ trait_as_number('rules', 'traits', without=scores) }} as given_number,
        {{ wanted_as_number('rules') }} as wanted_number
    from traits
    inner join rules on {{ is_valid_on('rules', 'traits.declared_on') }}

)

select
    compared.connection,
    compared.source_id,
    compared.rule_id,
    compared.score,
    compared.score_group,
    compared.group_cap,
    compared.version,
    case
        when compared.touch_type is null then compared.given_text is not null
        else compared.touches is not null
    end as is_known,
    case
        when compared.touch_type is not null then coalesce(touch_points.points, 0)
        when {{ rule_holds('compared') }} then cast(compared.points as decimal(18, 6))
        else 0
    end as points
from compared
left join touch_points
    on compared.connection = touch_points.connection
    and compared.source_id = touch_points.source_id
    and compared.rule_id = touch_points.rule_id
