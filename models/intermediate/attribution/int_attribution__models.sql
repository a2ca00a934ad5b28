-- One row per rule-based model and type of conversion that it credits, with the credit of each anchor.
select
    cast(row_number() over (
        order by models.attribution_model, policies.conversion_type, models.valid_from
    ) as integer) as model_number,
    policies.conversion_type,
    models.attribution_model,
    models.ft,
    models.lc,
    models.oc,
    models.cw,
    models.lt,
    models.mid,
    models.half_life_days,
    models.touches_until,
    coalesce('|' || models.default_for || '|' like '%|' || policies.conversion_type || '|%', false)
        as is_default,
    models.mid = 0
    and models.half_life_days is null
    and case when models.ft > 0 then 1 else 0 end
    + case when models.lc > 0 then 1 else 0 end
    + case when models.oc > 0 then 1 else 0 end
    + case when models.cw > 0 then 1 else 0 end
    + case when models.lt > 0 then 1 else 0 end
    = 1 as is_single_touch,
    models.valid_from,
    models.valid_to
from (
    select conversion_type from {{ ref('attribution_policies') }}
    group by conversion_type
) as policies
inner join {{ ref('attribution_models') }} as models
    on '|' || models.conversion_types || '|' like '%|' || policies.conversion_type || '|%'
