-- One row per key of a campaign that only one connection uses: rows of other connections may name the
-- campaign by it.
select
    source_id,
    min(connection) as connection
from {{ ref('int_unified__campaigns') }}
group by source_id
having count(*) = 1
