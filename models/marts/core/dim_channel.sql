-- One row per channel.
select
    channel,
    label_en,
    label_de,
    is_marketing,
    sort_order
from {{ ref('channels') }} as channels
where {{ is_valid_on('channels', reporting_date(as_of())) }}
