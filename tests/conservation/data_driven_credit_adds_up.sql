-- A row is a month whose conversions or amounts a data-driven model does not credit completely, or more than
-- once (D19, D20).
-- Credit that is lost or doubled makes channels look worse or better than they are.
-- Look at fct_channel_attribution: the shares of a month's channels must sum to 1, its cents to the amount.
with

credited as (

    select
        conversion_type,
        conversion_month,
        attribution_model,
        sum(share) as share,
        sum(conversions) as conversions,
        sum(amount) as amount
    from {{ ref('fct_channel_attribution') }}
    group by conversion_type, conversion_month, attribution_model

),

converted as (

    select
        conversions.conversion_type,
        conversions.conversion_month,
        fits.attribution_model,
        count(*) as conversions,
        sum(conversions.amount) as amount
    from {{ ref('int_attribution__conversions') }} as conversions
    inner join {{ ref('int_markov__fits') }} as fits
        on conversions.conversion_type = fits.conversion_type
        and conversions.conversion_month = fits.conversion_month
        and fits.is_fitted
    group by conversions.conversion_type, conversions.conversion_month, fits.attribution_model

)

select
    converted.conversion_type,
    converted.conversion_month,
    converted.attribution_model
from converted
left join credited
    on converted.conversion_type = credited.conversion_type
    and converted.conversion_month = credited.conversion_month
    and converted.attribution_model = credited.attribution_model
where
    credited.conversion_type is null
    or abs(coalesce(credited.share, 1) - 1) > 0.000000001
    or abs(credited.conversions - converted.conversions) > 0.000001
    or credited.amount is distinct from converted.amount
