{# The connectors: name and prefix of the models that have the shape of the input contract. A new connector is
   one more entry here. The files connector lands that shape, so its staging models serve. #}
{% macro connectors() %}
    {{ return({'files': 'stg_files__'}) }}
{% endmacro %}
