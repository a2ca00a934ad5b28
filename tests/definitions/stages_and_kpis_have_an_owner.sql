-- A row is a stage or KPI that nobody answers for.
-- What nobody owns, nobody mends: the agreement names an owner for each stage and KPI.
-- Add a row to responsibilities.csv.
with

subjects as (

    select
        'stage' as subject_type,
        stage as subject
    from {{ ref('stages') }}
    union all
    select
        'kpi',
        kpi
    from {{ ref('kpis') }}

),

owned as (

    select
        subject_type,
        subject
    from {{ ref('responsibilities') }}
    where
        valid_from <= {{ reporting_date(as_of()) }}
        and (valid_to is null or valid_to > {{ reporting_date(as_of()) }})

)

select
    subjects.subject_type,
    subjects.subject
from subjects
left join owned
    on subjects.subject_type = owned.subject_type
    and subjects.subject = owned.subject
where owned.subject is null
