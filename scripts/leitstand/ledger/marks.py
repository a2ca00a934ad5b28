"""Which leads and opportunities were erased, merged, deleted or corrected since a publication.

The ledger keeps, under the key of the pseudonyms, which lead each record of a person was. What was corrected
the raw tables tell by themselves: they hold every version of a record with the load that brought it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from leitstand.contract import Entity, load_contract
from leitstand.land.sql import identifier, literal, one_file

# Which columns of an entity name a person's record, a visitor or an opportunity.
_PERSONS = {"persons": "source_id", "touches": "person_id", "activities": "person_id"}
_PERSONS |= {"opportunity_persons": "person_id", "stage_signals": "if(subject = 'person', subject_id, null)"}
_OPPORTUNITIES = {"opportunities": "source_id", "activities": "opportunity_id", "revenue": "opportunity_id"}
_OPPORTUNITIES |= {"opportunity_persons": "opportunity_id"}
_OPPORTUNITIES |= {"stage_signals": "if(subject = 'opportunity', subject_id, null)"}
_VISITORS = {"touches": "visitor_id"}
_ACCOUNTS = {"accounts": "source_id"}

# HMAC-SHA256 as `macros/dialect/keyed_hash.sql` has it.
_HASH = """sha256(
    unhex((select outer_block from source.keyring.key_blocks))
    || unhex(sha256(unhex((select inner_block from source.keyring.key_blocks)) || encode(record_key)))
)"""


def write_records(db: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write which lead each record of a person is, from the warehouse that is attached as `source`."""
    db.execute(f"copy ({_records()} order by record_hash) to {literal(target)} (format parquet)")
    target.chmod(0o600)


def _records() -> str:
    return f"""
        select {_HASH} as record_hash, leads.lead_id, records.left_out_reason
        from source.intermediate.int_identity__normalised as records
        left join source.intermediate.int_identity__leads as leads using (record_key)
    """


def make_marks(db: duckdb.DuckDBPyConnection, former: Path, last_load: int) -> None:
    """Make the table `marks` (subject, cause): a lead or an opportunity may have several."""
    db.execute(
        f"""
        create or replace temp table records as {_records()};
        create or replace temp table former_records as from read_parquet({one_file(former)});
        create or replace temp table marks as
        select 'lead:' || former.lead_id as subject, 'erased' as cause
        from former_records as former
        anti join records using (record_hash)
        where former.lead_id is not null
        union
        select 'lead:' || unnest([former.lead_id, present.lead_id]), 'merged'
        from former_records as former
        inner join records as present using (record_hash)
        where former.lead_id <> present.lead_id
        union
        select 'lead:' || former.lead_id, 'deleted'
        from former_records as former
        inner join records as present using (record_hash)
        where former.left_out_reason is null and present.left_out_reason = 'deleted';
        create or replace temp table versions (
            connection varchar, person_id varchar, visitor_id varchar, opportunity_id varchar,
            account_id varchar, is_deleted boolean
        );
        """
    )
    contract = load_contract()
    tables = db.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'source' and schema_name like 'raw\\_%' escape '\\' order by all"
    ).fetchall()
    for schema, table in tables:
        if table in {*_PERSONS, *_OPPORTUNITIES, *_VISITORS, *_ACCOUNTS}:
            _collect_versions(db, schema, contract[table], last_load)
    _mark_corrected(db)


def _collect_versions(db: duckdb.DuckDBPyConnection, schema: str, entity: Entity, last_load: int) -> None:
    """Records of which a later load brought another version, with those whom both versions name."""
    content = ", ".join(identifier(c.name) for c in entity.columns if not c.bookkeeping)

    def version(loads: str) -> str:
        return f"""
            select source_id, row({content}) as content, {_subjects(entity)}
            from source.{identifier(schema)}.{identifier(entity.name)}
            where load_number {loads} {last_load}
            qualify 1 = row_number() over (
                partition by source_id order by load_number desc, file_name desc, line_number desc
            )
        """

    db.execute(
        f"""
        insert into versions
        with before as ({version("<=")}), after as ({version(">")})
        select
            {literal(schema.removeprefix("raw_"))},
            unnest([before.subjects, after.subjects], recursive := true),
            coalesce(after.is_deleted and not before.is_deleted, false)
        from before
        inner join after using (source_id)
        where before.content is distinct from after.content
        """
    )


def _subjects(entity: Entity) -> str:
    """The columns by which a record names its subjects, as one struct."""
    names = {
        "person_id": _PERSONS,
        "visitor_id": _VISITORS,
        "opportunity_id": _OPPORTUNITIES,
        "account_id": _ACCOUNTS,
    }
    parts = [f"{name}: cast({known.get(entity.name, 'null')} as varchar)" for name, known in names.items()]
    has_deletion = any(column.name == "is_deleted" for column in entity.columns)
    deleted = "coalesce(is_deleted, false)" if has_deletion else "false"
    return f"{{{', '.join(parts)}}} as subjects, {deleted} as is_deleted"


def _mark_corrected(db: duckdb.DuckDBPyConnection) -> None:
    """A record that came again with another content was corrected; an opportunity may be deleted by it."""
    db.execute(
        """
        insert into marks
        select 'lead:' || leads.lead_id, 'corrected'
        from versions
        inner join source.intermediate.int_identity__leads as leads
            on leads.record_key = versions.connection || '|' || versions.person_id
        union
        select 'lead:' || leads.lead_id, 'corrected'
        from versions
        inner join source.intermediate.int_identity__leads as leads using (visitor_id)
        union
        select 'lead:' || leads.lead_id, 'corrected'
        from versions
        inner join source.intermediate.int_identity__account_keys as accounts
            on accounts.record_key = versions.connection || '|' || versions.account_id
        inner join source.core.dim_lead as leads on leads.account_id = accounts.account_id
        union
        select
            'opportunity:' || md5(connection || '|' || opportunity_id),
            if(is_deleted, 'deleted', 'corrected')
        from versions
        where opportunity_id is not null
        """
    )


def make_causes(db: duckdb.DuckDBPyConnection, before: str, after: str, causes: tuple[str, ...]) -> None:
    """Make the table `causes` (case_id, cause) of all cases: the first that holds, else `late`.

    A case is its opportunity's and its lead's; a row of cost that had been there was corrected.
    """
    ranks = ", ".join(f"('{cause}', {rank})" for rank, cause in enumerate(causes))
    db.execute(
        f"""
        create or replace temp table causes as
        with ranks as (from (values {ranks}) as ranks(cause, rank)),

        cases as (
            select case_id, lead_id, true as was_there from {before}
            union
            select case_id, lead_id, false from {after}
        ),

        marked as (
            select cases.case_id, marks.cause from cases
            inner join marks on cases.case_id = marks.subject
            union all
            select cases.case_id, marks.cause from cases
            inner join marks on 'lead:' || cases.lead_id = marks.subject
            union all
            select case_id, if(was_there and starts_with(case_id, 'cost:'), 'corrected', 'late') from cases
        )

        select marked.case_id, arg_min(ranks.cause, ranks.rank) as cause
        from marked
        inner join ranks using (cause)
        group by marked.case_id
        """
    )
