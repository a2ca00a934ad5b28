-- One row per content asset that a touch names, an exposure included: when it was seen first and last.
select
    content_asset,
    min(touched_on) as first_touched_date,
    max(touched_on) as last_touched_date
from {{ ref('int_touch__classified') }}
where
    content_asset is not null
    and {{ is_known('touched_at', 'touched_precision') }}
group by content_asset
