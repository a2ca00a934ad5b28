-- One row per KPI, period and scope: the value with its 95 % interval. Rates by Wilson; shares of amounts and
-- costs by the delta method; counts by Byar; amounts as compound Poisson sums.
with

spread as (

    select
        *,
        case
            when unit = 'currency_per_lead' then period_value / sqrt(nullif(denominator, 0))
            when unit = 'currency' then sqrt(numerator_squares)
            when unit = 'share' and numerator_squares is not null
                then sqrt(
                    greatest(
                        0,
                        numerator_squares * (1 - 2 * period_value)
                        + period_value * period_value * denominator_squares
                    ) * cases / nullif(cases - 1, 0)
                ) / nullif(denominator, 0)
        end as standard_error
    from {{ ref('kpi_scorecard_periods') }}

)

select
    kpi,
    period_type,
    period_start,
    scope_type,
    scope,
    unit,
    direction,
    months,
    period_value,
    numerator,
    denominator,
    {%- for side, name, limit in [(-1, 'ci_low', 'greatest(0, '), (1, 'ci_high', '(')] %}
    case
        when unit = 'count' then {{ byar_bound('numerator', side) }}
        when unit = 'share' and numerator_squares is null and denominator > 0
            then {{ wilson_bound('numerator', 'denominator', side) }}
        when standard_error is not null
            then {{ limit }}period_value + {{ side }} * 1.959964 * standard_error)
    end as {{ name }},
    {%- endfor %}
    cases
from spread
