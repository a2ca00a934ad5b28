-- A row is a column of a mart whose name says that it holds an address, number or name of a person (I27).
-- Personal data stops before the marts; there people are keyed hashes.
-- Remove the column from the mart, or hash it. What kind of address a person has (`email_kind`) is none.
-- depends_on: {{ ref('dim_lead') }}, {{ ref('dim_account') }}, {{ ref('fct_lead_lifecycle') }}
-- depends_on: {{ ref('fct_lifecycle_event') }}, {{ ref('fct_touchpoint') }}, {{ ref('fct_opportunity') }}
select
    table_schema,
    table_name,
    column_name
from information_schema.columns
where
    table_schema in ('core', 'kpi')
    and column_name <> 'email_kind'
    and (
        column_name like '%email%'
        or column_name like '%phone%'
        or column_name like '%first_name%'
        or column_name like '%last_name%'
        or column_name like '%visitor_id%'
        or column_name like '%source_id%'
    )
