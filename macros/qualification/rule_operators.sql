{# The closed list of operators. The reference seed `rule_operators` holds the same list with labels; a test
   compares the two. #}
{% macro rule_operators() %}
    {{ return(['=', '<>', '>=', '>', '<=', '<', 'in', 'not in', 'is known', 'is unknown']) }}
{% endmacro %}
