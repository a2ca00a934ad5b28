-- One row per lead and spell of days on which it may be written to: from a proved consent to the day on which
-- it is taken back, by whichever of its records. Who took it back on a day that nobody knows has none.
with

persons as (

    select
        persons.*,
        records.lead_id
    from {{ ref('int_unified__persons') }} as persons
    inner join {{ ref('int_identity__records') }} as records
        on persons.connection = records.connection
        and persons.source_id = records.source_id
        and records.record_kind = 'record'
    where
        persons.contact_consented_at is not null
        or persons.contact_withdrawn_at is not null
        or persons.is_contact_withdrawn_undated

),

undated_withdrawals as (

    select lead_id from persons
    where is_contact_withdrawn_undated
    group by lead_id

),

changes as (
    {% for change in ['consented', 'withdrawn'] %}
    select
        lead_id,
        {{ reporting_date(exact_instant('contact_' ~ change)) }} as changed_on,
        {{ 'true' if change == 'withdrawn' else 'false' }} as is_withdrawal
    from persons
    where
        contact_{{ change }}_at is not null
        and {{ is_known(exact_instant('contact_' ~ change), 'contact_' ~ change ~ '_precision') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- on a day with both the withdrawal counts
days as (

    select
        lead_id,
        changed_on,
        bool_or(is_withdrawal) as is_withdrawn,
        lead(changed_on) over (partition by lead_id order by changed_on) as next_changed_on
    from changes
    group by lead_id, changed_on

)

select
    days.lead_id,
    days.changed_on as permitted_from,
    coalesce(days.next_changed_on, cast('9999-12-31' as date)) as permitted_to
from days
left join undated_withdrawals on days.lead_id = undated_withdrawals.lead_id
where
    not days.is_withdrawn
    and undated_withdrawals.lead_id is null
