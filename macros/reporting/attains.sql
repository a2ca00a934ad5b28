{# True where a value reaches a share of its plan: of value to plan where higher is better, of plan to value
   where lower is. Null without a plan or a value. #}
{% macro attains(value, plan, direction, share) %}
    {{- return(
        "case " ~ direction ~ " when 'higher' then " ~ value ~ " >= " ~ plan ~ " - (1 - " ~ share ~ ") * abs("
        ~ plan ~ ") else " ~ value ~ " * " ~ share ~ " <= " ~ plan ~ " end"
    ) }}
{%- endmacro %}
