-- One row per lead cycle handed to sales: who owns the lead, and since when. The owner at the hand-over
-- counts where they work in sales, else the first one in sales after it; without a history the owner of the
-- record.
with

mqls as (

    select * from {{ ref('int_handover__mqls') }}

),

sales_users as (

    select
        users.connection,
        users.source_id,
        users.team,
        users.is_active
    from {{ ref('int_unified__users') }} as users
    inner join {{ ref('origin_paths') }} as paths on users.role = paths.outbound_role

),

owner_changes as (

    select
        records.lead_id,
        signals.connection,
        signals.source_id,
        signals.new_value as owner_id,
        {{ exact_instant('signals.changed') }} as owned_since,
        lead({{ exact_instant('signals.changed') }}) over (
            partition by signals.connection, signals.subject_id
            order by signals.changed_at, signals.source_id
        ) as owned_until
    from {{ ref('int_unified__stage_signals') }} as signals
    inner join {{ ref('int_identity__records') }} as records
        on signals.connection = records.connection
        and signals.subject_id = records.source_id
        and records.record_kind = 'record'
    where
        signals.subject = 'person'
        and signals.field = 'owner'
        and signals.changed_at is not null

),

candidates as (

    select
        mqls.lead_id,
        mqls.cycle_number,
        sales_users.connection,
        sales_users.source_id as owner_id,
        sales_users.team,
        sales_users.is_active,
        greatest(owner_changes.owned_since, mqls.handed_over_at) as assigned_at,
        row_number() over (
            partition by mqls.lead_id, mqls.cycle_number
            order by
                greatest(owner_changes.owned_since, mqls.handed_over_at) asc,
                owner_changes.owned_since desc,
                owner_changes.source_id asc
        ) as owner_rank
    from mqls
    inner join owner_changes
        on mqls.lead_id = owner_changes.lead_id
        and owner_changes.owned_since <= {{ as_of() }}
        and (owner_changes.owned_until is null or owner_changes.owned_until > mqls.handed_over_at)
    inner join sales_users
        on owner_changes.connection = sales_users.connection
        and owner_changes.owner_id = sales_users.source_id

)

select
    mqls.lead_id,
    mqls.cycle_number,
    coalesce(candidates.connection, stated.connection) as owner_connection,
    coalesce(candidates.owner_id, stated.source_id) as owner_id,
    coalesce(candidates.team, stated.team, '(not set)') as team,
    coalesce(candidates.is_active, stated.is_active) as is_owner_active,
    candidates.assigned_at
from mqls
left join candidates
    on mqls.lead_id = candidates.lead_id
    and mqls.cycle_number = candidates.cycle_number
    and candidates.owner_rank = 1
left join {{ ref('int_identity__persons') }} as persons on mqls.lead_id = persons.lead_id
left join sales_users as stated
    on persons.owner_connection = stated.connection
    and persons.owner_id = stated.source_id
