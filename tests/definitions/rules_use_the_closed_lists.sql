-- A row is an attribute or operator that the macros and the reference seeds do not both have alike.
-- The rules of the agreement are compiled from the macros and described by the seeds.
-- Correct rule_attributes.csv or rule_operators.csv, or the macro of the same name.
with

compiled as (
    {% for attribute, type in rule_attributes().items() %}
    select
        'attribute' as list,
        '{{ attribute }}' as word,
        '{{ type }}' as type
    union all
    {%- endfor %}
    {% for operator in rule_operators() %}
    select
        'operator',
        '{{ operator }}',
        ''
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

described as (

    select
        'attribute' as list,
        attribute as word,
        attribute_type as type
    from {{ ref('rule_attributes') }}
    union all
    select
        'operator',
        operator,
        ''
    from {{ ref('rule_operators') }}

)

select
    coalesce(compiled.list, described.list) as list,
    coalesce(compiled.word, described.word) as word
from compiled
full outer join described
    on compiled.list = described.list
    and compiled.word = described.word
    and compiled.type = described.type
where compiled.word is null or described.word is null
