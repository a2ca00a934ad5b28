{# The share of a cohort still under way when a day begins, from any cause (Kaplan-Meier): the product of what
   stayed on the days before. Reads `days_since`, `at_risk`, `converted`, `competing`; where the last are gone
   nothing follows. Times the share that arrives that day, summed, it is the cumulative incidence
   (Aalen-Johansen). #}
{% macro share_under_way(cohort) -%}
    coalesce(exp(sum(
        ln({{ double('nullif(at_risk - converted - competing, 0)') }} / {{ double('at_risk') }})
    ) over (
        partition by {{ cohort }} order by days_since
        rows between unbounded preceding and 1 preceding
    )), 1)
{%- endmacro %}
