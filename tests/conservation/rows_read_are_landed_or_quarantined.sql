-- A row is a file of a load whose rows do not add up: read, landed and quarantined, or lines and rows.
-- A row between them was lost without a word.
-- Run `leitstand rebuild`; if it stays, the load itself is at fault.
select
    load_number,
    file_name,
    entity,
    rows_read,
    rows_landed,
    rows_quarantined
from {{ source('landing', 'files') }}
where
    rows_read <> rows_landed + rows_quarantined
    or (cells_missing = 0 and lines_read > rows_not_selected + rows_read)
