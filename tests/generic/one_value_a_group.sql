{# Groups of rows that ought to agree on a value and do not. #}
{% test one_value_a_group(model, key, value) %}

select {{ key | join(', ') }}
from {{ model }}
group by {{ key | join(', ') }}
having
    count(distinct {{ value }}) > 1
    or count({{ value }}) not in (0, count(*))

{% endtest %}
