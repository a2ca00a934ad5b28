{# The metadata of a published mart: every column has a role; additive columns are numbers that name
   dimensions of the mart; ratios and dimensions are never additive. #}
{% test additive_columns(model) %}
{% set faults = [] %}
{% if execute %}
    {% set node = graph.nodes['model.' ~ project_name ~ '.' ~ model.identifier] %}
    {% for column in node.columns.values() %}
        {% set meta = column.config.get('meta', column.meta) %}
        {% if meta.get('role') not in ('dimension', 'additive', 'ratio', 'non_additive') %}
            {% do faults.append(column.name ~ ': no role') %}
        {% endif %}
        {% if (meta.get('role') == 'additive') != (meta.get('additive_over', []) | length > 0) %}
            {% do faults.append(column.name ~ ': only additive columns name dimensions they add up over') %}
        {% endif %}
        {% for dimension in meta.get('additive_over', []) %}
            {% if dimension not in node.columns %}
                {% do faults.append(column.name ~ ': additive over ' ~ dimension ~ ', which is no column') %}
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endif %}
{% for fault in faults %}
select '{{ fault }}' as fault
union all
{% endfor %}
select 'none' as fault
where false
{% endtest %}
