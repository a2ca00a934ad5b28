{# The value that a rule asks for, as a number; null where its attribute is none. #}
{% macro wanted_as_number(rule) -%}
    case
        when {{ rule }}.attribute in (
            {%- for name, type in rule_attributes().items() if type == 'number' %}'{{ name }}'
            {%- if not loop.last %}, {% endif %}{% endfor -%}
        ) then {{ double(rule ~ '.value') }}
    end
{%- endmacro %}
