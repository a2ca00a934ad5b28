-- One row per moment at which a lead is judged and rule of the agreement that was valid for it on that day.
with

moments as (

    select * from {{ ref('int_qualification__moments') }}

),

rules as (

    select * from {{ ref('qualification_rules') }}

)

select
    moments.moment_number,
    moments.stage,
    rules.rule_id,
    rules.version,
    rules.alternative,
    rules.attribute,
    rules.operator,
    rules.value
from moments
inner join rules
    on moments.stage = rules.stage
    and (
        rules.connection is null
        or (rules.connection = moments.connection and moments.touch_id is null)
    )
    and {{ is_valid_on('rules', 'moments.declared_on') }}
