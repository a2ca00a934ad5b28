-- One row per decision of the reviews that had been raised by `as_of`, with its status on that day.
with

raised as (

    select *
    from {{ ref('decisions') }} as decisions
    where
        {{ is_valid_on('decisions', reporting_date(as_of())) }}
        and raised_on <= {{ reporting_date(as_of()) }}

),

-- What was closed after `as_of` was still open then.
standing as (

    select
        *,
        closed_on is null or closed_on <= {{ reporting_date(as_of()) }} as is_known
    from raised

)

select
    decision,
    review,
    raised_on,
    case when is_known then status else 'open' end as status,
    case when is_known then closed_on end as closed_on,
    due_on,
    coalesce(status in ('proposed', 'open') and due_on < {{ reporting_date(as_of()) }}, false) as is_overdue,
    responsible,
    coalesce(kpi, '(none)') as kpi,
    expected_low,
    expected_high,
    title_en,
    title_de,
    case when is_known then outcome_en end as outcome_en,
    case when is_known then outcome_de end as outcome_de
from standing
