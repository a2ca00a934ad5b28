-- One row per data-driven model, conversion type and conversion month: the paths it has to learn from, and
-- whether they are enough.
with

models as (

    select * from {{ ref('data_driven_models') }} as models
    where {{ is_valid_on('models', reporting_date(as_of())) }}

),

-- a month's model learns from the paths of the months to its end
months as (

    select
        conversions.conversion_type,
        conversions.conversion_month,
        models.attribution_model,
        models.minimum_conversions,
        models.minimum_paths,
        cast({{ dbt.dateadd('month', '1 - models.window_months', 'conversions.conversion_month') }} as date)
            as first_path_month
    from (select
        conversion_type,
        conversion_month
    from {{ ref('int_attribution__conversions') }}
    group by conversion_type, conversion_month) as conversions
    inner join models on conversions.conversion_type = models.conversion_type

),

-- a path leaves the start once, and one that converts arrives once
ends as (

    select
        conversion_type,
        path_month,
        cast(sum(case when from_state = '(start)' then transitions else 0 end) as bigint) as paths,
        cast(sum(case when to_state = '(conversion)' then transitions else 0 end) as bigint) as conversions
    from {{ ref('int_markov__transitions') }}
    group by conversion_type, path_month

),

counted as (

    select
        months.attribution_model,
        months.conversion_type,
        months.conversion_month,
        months.first_path_month,
        months.minimum_conversions,
        months.minimum_paths,
        cast(coalesce(sum(ends.paths), 0) as bigint) as paths,
        cast(coalesce(sum(ends.conversions), 0) as bigint) as conversions
    from months
    left join ends
        on months.conversion_type = ends.conversion_type
        and ends.path_month between months.first_path_month and months.conversion_month
    group by
        months.attribution_model, months.conversion_type, months.conversion_month, months.first_path_month,
        months.minimum_conversions, months.minimum_paths

)

select
    attribution_model,
    conversion_type,
    conversion_month,
    first_path_month,
    paths,
    conversions,
    paths >= minimum_paths and conversions >= minimum_conversions as is_fitted
from counted
