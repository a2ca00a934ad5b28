-- A row is a rule whose operator or value does not fit the type of its attribute.
-- Such a rule would never hold, and every stage would be contradicted.
-- Correct the row of qualification_rules.csv or scoring_rules.csv; rule_operators.csv says what fits.
with

rules as (

    select
        'qualification_rules' as seed,
        rule_id,
        attribute,
        operator,
        value,
        false as is_score
    from {{ ref('qualification_rules') }}
    union all
    select
        'scoring_rules',
        rule_id,
        attribute,
        operator,
        value,
        true
    from {{ ref('scoring_rules') }}
    where attribute is not null

)

select rules.*
from rules
left join {{ ref('rule_attributes') }} as attributes on rules.attribute = attributes.attribute
left join {{ ref('rule_operators') }} as operators on rules.operator = operators.operator
where
    position(
        '|' || coalesce(attributes.attribute_type, '?') || '|'
        in '|' || coalesce(operators.attribute_types, '') || '|'
    ) = 0
    or (rules.is_score and not attributes.is_evidence_of_scores)
    or (attributes.attribute_type = 'boolean' and rules.value not in ('true', 'false'))
    or (
        attributes.attribute_type = 'number'
        and rules.value is not null
        and regexp_replace(rules.value, '^-?[0-9]+(\.[0-9]+)?$', '') <> ''
    )
