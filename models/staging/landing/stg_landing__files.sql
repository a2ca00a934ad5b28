-- One row per load, file and entity fed.
select
    load_number,
    loaded_at,
    connection,
    entity,
    rows_read,
    rows_landed,
    rows_quarantined
from {{ source('landing', 'files') }}
