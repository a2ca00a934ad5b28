{# The last line of a build on a warehouse in which nothing has landed. #}
{% macro say_what_next() %}
    {% if execute and flags.WHICH == 'build' %}
        {% if run_query('select count(*) from landing.files').columns[0].values()[0] == 0 %}
            {% do log(
                'Nothing has landed yet, so every table is empty. '
                ~ 'Next: `make demo` for the built-in company, or `leitstand land` for your own files.',
                info=true
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
