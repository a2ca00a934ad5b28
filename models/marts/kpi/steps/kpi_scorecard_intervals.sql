-- One row per KPI, period and scope: the value with its 95 % interval. Rates by Wilson; ratios of amounts,
-- and costs over counts, by the delta method; counts by Byar; amounts as compound Poisson sums; medians by
-- their notch (McGill, Tukey and Larsen 1978). A value that is known exactly has none.
with

spread as (

    select
        *,
        case
            -- a ratio of two sums over the same cases, by its residuals
            when products is not null
                then sqrt(greatest(
                    0,
                    numerator_squares
                    - 2 * period_value * products
                    + period_value * period_value * denominator_squares
                ) * cases / nullif(cases - 1, 0)) / nullif(denominator, 0)
            -- a sum over cases, alone or over a known amount
            when numerator_squares is not null
                then sqrt(numerator_squares) / coalesce(abs(nullif(denominator, 0)), 1)
            -- a known amount over a count
            when unit in ('currency_per_lead', 'currency_per_customer')
                then period_value / sqrt(nullif(denominator, 0))
            -- a median, of about normal cases: 1.2533 standard errors of the mean, a quartile range of 1.349
            when quartile_range is not null
                then 1.2533 * quartile_range / 1.349 / sqrt(nullif({{ double('cases') }}, 0))
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
    is_over,
    mature_share,
    is_input_missing,
    period_value,
    numerator,
    denominator,
    {%- for side, name, limit in [
        (-1, 'ci_low', "greatest(case when unit <> 'ratio' then 0 end, "), (1, 'ci_high', '(')
    ] %}
    case
        when unit = 'count' then {{ byar_bound('numerator', side) }}
        when unit = 'share' and products is null and denominator > 0
            then {{ wilson_bound('numerator', 'denominator', side) }}
        when standard_error is not null
            then {{ limit }}period_value + {{ side }} * 1.959964 * standard_error)
    end as {{ name }},
    {%- endfor %}
    cases
from spread
