{# The metadata of a published mart: every column has a role; additive columns are numbers that name
   dimensions of the mart; ratios and dimensions are never additive. A ratio of sums names its parts, additive
   columns of the mart, and is what they make of it in every row. #}
{% test additive_columns(model) %}
{% set faults = [] %}
{% set ratios = [] %}
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
        {% set numerator, denominator = meta.get('numerator', []), meta.get('denominator', []) %}
        {% for part in numerator + denominator %}
            {% set of_part = node.columns.get(part, {}).get('config', {}).get('meta', {}) %}
            {% if meta.get('role') != 'ratio' or of_part.get('role') != 'additive' %}
                {% do faults.append(column.name ~ ': only ratios have parts, which are additive columns') %}
            {% endif %}
        {% endfor %}
        {% if (numerator | length > 0) != (denominator | length > 0) %}
            {% do faults.append(column.name ~ ': numerator and denominator belong together') %}
        {% elif numerator %}
            {% do ratios.append((column.name, numerator | join(' + '), denominator | join(' + '))) %}
        {% endif %}
    {% endfor %}
{% endif %}
{% for fault in faults %}
select '{{ fault }}' as fault
union all
{% endfor %}
{% for name, numerator, denominator in ratios %}
select '{{ name }}: not its parts' as fault
from {{ model }}
where abs({{ name }} * ({{ denominator }}) - ({{ numerator }})) > 0.000001 * (1 + abs({{ numerator }}))
union all
{% endfor %}
select 'none' as fault
where false
{% endtest %}
