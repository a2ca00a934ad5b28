{# All rules of one model in one scan: a row is returned for each rule that is broken, with its name and how
   many rows break it.

   unique: columns that together name a row · not_null: columns that always have a value
   rules: name → condition that holds for every row

   No text of a mart holds an address or a number of a person (I27), whatever rules the model names. #}
{% test row_rules(model, unique=none, not_null=[], rules={}) %}

{% set conditions = {} %}
{% for column in not_null %}
    {% do conditions.update({column ~ ' is not null': column ~ ' is not null'}) %}
{% endfor %}
{% do conditions.update(rules) %}
{% set texts = columns_of_text(model) %}

with

checked as (

    select
        1 as one
        {%- for condition in conditions.values() %},
        sum(case when ({{ condition }}) then 0 else 1 end) as rule_{{ loop.index }}
        {%- endfor %}
    from {{ model }}

)

{% for name in conditions %}
select
    '{{ name | replace("'", "''") }}' as rule,
    rule_{{ loop.index }} as failures
from checked
where rule_{{ loop.index }} > 0
{%- if not loop.last or texts or unique %}
union all
{%- endif %}
{% endfor %}
-- a text that stands in many rows is looked at once
{% for column in texts %}
select
    'I27: no address or number of a person in {{ column }}' as rule,
    sum(times) as failures
from (
    select
        {{ column }},
        count(*) as times
    from {{ model }}
    group by {{ column }}
) as texts
where not {{ no_personal_value(column) }}
having count(*) > 0
{%- if not loop.last or unique %}
union all
{%- endif %}
{% endfor %}
{% if unique %}
select
    'unique: {{ unique | join(", ") }}' as rule,
    coalesce(sum(surplus), 0) as failures
from (
    select count(*) - 1 as surplus
    from {{ model }}
    group by {{ unique | join(', ') }}
    having count(*) > 1
) as repeated
having coalesce(sum(surplus), 0) > 0
{% endif %}

{% endtest %}
