{# The earliest instant observed of a stage and all later ones, from the columns `<stage>_at_observed` of a
   relation. #}
{% macro suffix_minimum(relation, stage) -%}
    {%- set columns = [] -%}
    {%- for later in stages()[stages().index(stage):] -%}
        {%- do columns.append(relation ~ '.' ~ later ~ '_at_observed') -%}
    {%- endfor -%}
    least({{ columns | join(', ') }})
{%- endmacro %}
