{# What a rule says of one case: `not_applicable` where the source does not supply the evidence (the condition
   is null), else whether it `holds` or is `broken`. #}
{% macro rule_outcome(condition) -%}
    case
        when {{ condition }} then 'holds'
        when not ({{ condition }}) then 'broken'
        else 'not_applicable'
    end
{%- endmacro %}
