{# The closed list of what a rule of the agreement may ask about a declared stage, with its type. The reference
   seed `rule_attributes` holds the same list with labels; a test compares the two. #}
{% macro rule_attributes() %}
    {{ return({
        'actor_role': 'text',
        'country': 'text',
        'industry': 'text',
        'segment': 'text',
        'employees': 'number',
        'email_kind': 'text',
        'job_title': 'text',
        'lead_source': 'text',
        'touches': 'number',
        'inquiry_touches': 'number',
        'is_hand_raiser': 'boolean',
        'has_conversation': 'boolean',
        'has_meeting': 'boolean',
        'fit_score': 'number',
        'engagement_score': 'number',
    }) }}
{% endmacro %}
