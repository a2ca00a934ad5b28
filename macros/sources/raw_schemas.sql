{# The raw schemas of the connections that land the given entity as files. #}
{% macro raw_schemas(entity) %}
    {% set schemas = [] %}
    {% for connection in var('connections') if connection.connector == 'files' and entity in connection.entities %}
        {% do schemas.append('raw_' ~ connection.name) %}
    {% endfor %}
    {{ return(schemas) }}
{% endmacro %}
