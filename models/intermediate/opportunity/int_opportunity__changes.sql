-- One row per opportunity, field (stage, amount) and instant: the change that stands at its end.
with

signals as (

    select
        *,
        {{ exact_instant('changed') }} as changed_instant,
        row_number() over (
            partition by connection, subject_id, field order by changed_at, source_id
        ) as change_number,
        row_number() over (
            partition by connection, subject_id, field, changed_at order by source_id desc
        ) as rank_in_instant
    from {{ ref('int_unified__stage_signals') }}
    where
        subject = 'opportunity'
        and field in ('stage', 'amount')
        and changed_at is not null

)

select
    connection,
    subject_id,
    field,
    changed_instant,
    changed_precision,
    change_number,
    old_value,
    new_value,
    old_amount,
    new_amount
from signals
where rank_in_instant = 1
