-- One row per stage of the lifecycle.
select
    stage,
    stage_rank,
    label_en,
    label_de
from {{ ref('stages') }} as stages
where {{ is_valid_on('stages', reporting_date(as_of())) }}
