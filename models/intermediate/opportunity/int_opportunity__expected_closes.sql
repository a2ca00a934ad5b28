-- One row per opportunity and expected day of its close, with the days on which that was expected. The first
-- row holds what was expected from the beginning: the oldest day known, else the current one.
with

changes as (

    select
        *,
        {{ exact_instant('changed') }} as changed_instant,
        row_number() over (
            partition by connection, subject_id order by changed_at, source_id
        ) as change_number
    from {{ ref('int_unified__stage_signals') }}
    where
        subject = 'opportunity'
        and field = 'close_date'
        and changed_at is not null

),

firsts as (

    select * from changes
    where change_number = 1

),

openings as (

    select
        opportunities.connection,
        opportunities.source_id as opportunity_id,
        case
            when firsts.change_number is null then opportunities.expected_close_date
            else firsts.old_date
        end as expected_close_date
    from {{ ref('int_unified__opportunities') }} as opportunities
    left join firsts
        on opportunities.connection = firsts.connection
        and opportunities.source_id = firsts.subject_id
    where not opportunities.is_deleted

),

-- of the changes of a day the last one holds
dated as (

    select
        connection,
        opportunity_id,
        expected_close_date,
        cast('1900-01-01' as date) as valid_from,
        1 as rank_in_day
    from openings
    union all
    select
        connection,
        subject_id,
        new_date,
        {{ reporting_date('changed_instant') }},
        row_number() over (
            partition by connection, subject_id, {{ reporting_date('changed_instant') }}
            order by change_number desc
        )
    from changes
    where {{ is_known('changed_instant', 'changed_precision') }}

)

select
    {{ dbt.hash("connection || '|' || opportunity_id") }} as opportunity_id,
    expected_close_date,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by connection, opportunity_id order by valid_from),
        cast('9999-12-31' as date)
    ) as valid_to
from dated
where rank_in_day = 1
