-- One row per leak that the agreement counts.
select
    leak,
    gravity,
    stage,
    label_en,
    label_de,
    action_en,
    action_de
from {{ ref('leaks') }} as leaks
where {{ is_valid_on('leaks', reporting_date(as_of())) }}
