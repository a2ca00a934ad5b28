{# The columns of text that a mart's contract names, keys left out (they are keyed hashes, or keys of companies
   and campaigns); none for models without a contract. #}
{% macro columns_of_text(model) %}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.name == model.identifier and node.schema in ('core', 'kpi') -%}
            {%- for column in node.columns.values()
                if column.data_type == 'varchar' and not column.name.endswith('_id') -%}
                {%- do found.append(column.name) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
