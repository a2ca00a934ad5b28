-- One row per spend row and version of it that has landed.
with

{{ latest_of_files('spend') }}

select
    connection,
    source_id,
    row_number() over (
        partition by connection, source_id order by load_number, file_name, line_number
    ) as version_number,
    amount,
    {{ days_between('spend_date', reporting_date('loaded_at')) }} as days_after,
    loaded_at
from ranked
