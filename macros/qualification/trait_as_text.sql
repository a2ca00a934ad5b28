{# What is known of the attribute that a rule names, as text: numbers and booleans are written out.

   rule: alias with a column `attribute` · traits: alias with one column an attribute · without: attributes that
   the traits do not hold #}
{% macro trait_as_text(rule, traits, without=[]) -%}
    case {{ rule }}.attribute
        {%- for name, type in rule_attributes().items() if name not in without %}
        when '{{ name }}' then
            {%- if type == 'boolean' %}
            case when {{ traits }}.{{ name }} then 'true' when not {{ traits }}.{{ name }} then 'false' end
            {%- else %} lower(cast({{ traits }}.{{ name }} as {{ dbt.type_string() }}))
            {%- endif %}
        {%- endfor %}
    end
{%- endmacro %}
