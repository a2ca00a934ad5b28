{# The columns of text that a mart's contract names; of the keys those of accounts and campaigns, which stand
   there as the source has them, the others are hashes. None for models without a contract. #}
{% macro columns_of_text(model) %}
    {%- set found = [] -%}
    {%- if execute -%}
        {#- by its key: reading through all nodes would take longer than the test itself -#}
        {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ model.identifier) -%}
        {%- if node and node.schema in ('core', 'kpi') -%}
            {%- for column in node.columns.values()
                if column.data_type == 'varchar' and (
                    not column.name.endswith('_id')
                    or 'account' in column.name
                    or 'campaign' in column.name
                ) -%}
                {%- do found.append(column.name) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
