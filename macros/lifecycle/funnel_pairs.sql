{# The pairs of stages for which the lifecycle fact carries flags. Their windows stand in the seed
   `stage_windows`, which a test compares with this list. #}
{% macro funnel_pairs() %}
    {{ return([
        ('first_touch', 'inquiry'), ('inquiry', 'mql'), ('mql', 'sal'), ('sal', 'sql'),
        ('sql', 'opportunity'), ('opportunity', 'won'), ('first_touch', 'sal'),
        ('inquiry', 'sal'), ('inquiry', 'sql'), ('inquiry', 'opportunity'), ('inquiry', 'won')
    ]) }}
{% endmacro %}
