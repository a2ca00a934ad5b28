{# What is known of the attribute that a rule names, as a number; null for texts and booleans. #}
{% macro trait_as_number(rule, traits, without=[]) -%}
    case {{ rule }}.attribute
        {%- for name, type in rule_attributes().items() if type == 'number' and name not in without %}
        when '{{ name }}' then {{ double(traits ~ '.' ~ name) }}
        {%- endfor %}
    end
{%- endmacro %}
