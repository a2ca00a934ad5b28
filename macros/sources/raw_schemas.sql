{# The raw schemas of the connections that land the given entity as files. #}
{% macro raw_schemas(entity) %}
    {% set schemas = [] %}
    {% for connection in var('connections') | selectattr('connector', 'equalto', 'files') %}
        {% if entity in connection.entities %}
            {% do schemas.append('raw_' ~ connection.name) %}
        {% endif %}
    {% endfor %}
    {{ return(schemas) }}
{% endmacro %}
