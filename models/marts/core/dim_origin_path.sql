-- One row per origin path.
select
    origin_path,
    label_en,
    label_de,
    sort_order
from {{ ref('origin_paths') }} as origin_paths
where {{ is_valid_on('origin_paths', reporting_date(as_of())) }}
