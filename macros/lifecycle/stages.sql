{# The stages of the lifecycle in their order, as columns carry them. The seed `stages` holds the same list
   with labels and owners; a test compares the two. #}
{% macro stages() %}
    {{ return(['first_touch', 'inquiry', 'mql', 'sal', 'sql', 'opportunity', 'won']) }}
{% endmacro %}
