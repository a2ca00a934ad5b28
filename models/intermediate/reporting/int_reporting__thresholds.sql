-- One row per threshold of the agreement, as valid at `as_of`.
select
    threshold,
    threshold_value,
    unit
from {{ ref('thresholds') }}
where
    valid_from <= {{ reporting_date(as_of()) }}
    and (valid_to is null or valid_to > {{ reporting_date(as_of()) }})
