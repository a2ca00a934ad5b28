-- One row per declared stage and rule of the agreement that was valid for it on its day.
with

declared as (

    select * from {{ ref('int_qualification__declared') }}
    where stage is not null

),

rules as (

    select * from {{ ref('qualification_rules') }}

)

select
    declared.connection,
    declared.source_id,
    declared.lead_id,
    declared.stage,
    declared.declared_at,
    declared.declared_precision,
    declared.declared_on,
    declared.actor_role,
    rules.rule_id,
    rules.version,
    rules.alternative,
    rules.attribute,
    rules.operator,
    rules.value
from declared
inner join rules
    on declared.stage = rules.stage
    and (rules.connection is null or rules.connection = declared.connection)
    and {{ is_valid_on('rules', 'declared.declared_on') }}
