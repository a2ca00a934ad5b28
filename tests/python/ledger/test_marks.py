"""What happened to a lead since a publication, told from a hand-made warehouse with two loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from leitstand.contract import load_contract
from leitstand.keys import padded_blocks
from leitstand.ledger.marks import make_causes, make_marks, write_records
from leitstand.ledger.split import LEAD_CAUSES

KEY = bytes(range(32))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Persons anna to fred in load 1, as the models know them then."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as source")
        for schema in ("raw_crm", "intermediate", "core", "keyring"):
            connection.execute(f"create schema source.{schema}")
        for entity in load_contract().values():
            columns = ", ".join(f"{c.name} {c.data_type}" for c in entity.columns)
            connection.execute(f"create table source.raw_crm.{entity.name} ({columns})")
        inner, outer = padded_blocks(KEY)
        connection.execute(
            f"""
            create table source.keyring.key_blocks as
            select '{inner}' as inner_block, '{outer}' as outer_block;
            create table source.intermediate.int_identity__normalised (
                record_key varchar, left_out_reason varchar
            );
            create table source.intermediate.int_identity__leads (
                record_key varchar, lead_id varchar, visitor_id varchar
            );
            create table source.intermediate.int_identity__account_keys (
                record_key varchar, account_id varchar
            );
            create table source.core.dim_lead (lead_id varchar, account_id varchar);
            """
        )
        for name in ("anna", "ben", "cora", "dora", "emil", "fred"):
            person(connection, name, f"lead_{name}")
            land(connection, 1, "persons", source_id=name, is_deleted=False)
        write_records(connection, tmp_path / "records.parquet")
        yield connection


def person(db: duckdb.DuckDBPyConnection, name: str, lead_id: str | None, reason: str | None = None) -> None:
    key = f"crm|{name}"
    for table in ("int_identity__normalised", "int_identity__leads"):
        db.execute(f"delete from source.intermediate.{table} where record_key = '{key}'")
    db.execute("insert into source.intermediate.int_identity__normalised values (?, ?)", [key, reason])
    if lead_id:
        db.execute("insert into source.intermediate.int_identity__leads values (?, ?, null)", [key, lead_id])


def land(db: duckdb.DuckDBPyConnection, load: int, entity: str, **values: object) -> None:
    values |= {"load_number": load}
    db.execute(
        f"insert into source.raw_crm.{entity} ({', '.join(values)}) values ({', '.join('?' * len(values))})",
        list(values.values()),
    )


def marks(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> set[tuple[str, str]]:
    make_marks(db, tmp_path / "records.parquet", last_load=1)
    return set(db.execute("from marks").fetchall())


def test_a_record_that_is_gone_was_erased(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for table in ("normalised", "leads"):
        db.execute(f"delete from source.intermediate.int_identity__{table} where record_key = 'crm|anna'")
    assert marks(db, tmp_path) == {("lead:lead_anna", "erased")}


def test_a_record_of_another_lead_merged_both(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    person(db, "ben", "lead_anna")
    assert marks(db, tmp_path) == {("lead:lead_ben", "merged"), ("lead:lead_anna", "merged")}


def test_a_record_that_its_system_deleted(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    person(db, "cora", None, "deleted")
    assert marks(db, tmp_path) == {("lead:lead_cora", "deleted")}


def test_what_comes_again_with_another_content_was_corrected(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The same content in a later load, and a record that is new, are no corrections."""
    land(db, 2, "persons", source_id="dora", is_deleted=False, job_title="CEO")
    land(db, 2, "persons", source_id="anna", is_deleted=False)
    land(db, 1, "touches", source_id="t1", person_id="emil", touch_type="form")
    land(db, 2, "touches", source_id="t1", person_id="fred", touch_type="form")
    land(db, 2, "touches", source_id="t2", person_id="ben", touch_type="form")
    land(db, 1, "accounts", source_id="a1", employees=10)
    land(db, 2, "accounts", source_id="a1", employees=900)
    db.execute("insert into source.intermediate.int_identity__account_keys values ('crm|a1', 'crm|a1')")
    db.execute("insert into source.core.dim_lead values ('lead_cora', 'crm|a1')")
    corrected = {"dora", "emil", "fred", "cora"}
    assert marks(db, tmp_path) == {(f"lead:lead_{name}", "corrected") for name in corrected}


def test_an_opportunity_is_deleted_or_corrected_by_its_own_records(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for load in (1, 2):
        land(db, load, "opportunities", source_id="o1", is_deleted=load == 2)
        land(db, load, "opportunities", source_id="o2", is_deleted=False, amount=load)
        land(db, load, "revenue", source_id="r", opportunity_id="o3", amount=load)
        land(
            db,
            load,
            "stage_signals",
            source_id="s",
            subject="opportunity",
            subject_id="o4",
            new_value=str(load),
        )
    found = marks(db, tmp_path)
    ((hashed,),) = db.execute("select md5('crm|o1')").fetchall()
    assert (f"opportunity:{hashed}", "deleted") in found
    assert sorted(cause for _, cause in found) == ["corrected", "corrected", "corrected", "deleted"]


def test_of_several_causes_a_case_has_the_first_of_its_own_and_its_leads(
    db: duckdb.DuckDBPyConnection,
) -> None:
    db.execute(
        """
        create temp table marks as from (values
            ('lead:a', 'corrected'), ('lead:a', 'merged'),
            ('opportunity:1', 'deleted'), ('opportunity:2', 'corrected')
        ) as marks(subject, cause);
        create temp table old_cases as from (values
            ('lead:a-1', 'a'), ('lead:b-1', 'b'),
            ('opportunity:1', 'b'), ('opportunity:2', 'a'), ('cost:1', null)
        ) as cases(case_id, lead_id);
        create temp table new_cases as from (values ('cost:1', null), ('cost:2', null), ('lead:c-1', 'c'))
        as cases(case_id, lead_id)
        """
    )
    make_causes(db, "old_cases", "new_cases", LEAD_CAUSES)
    assert dict(db.execute("from causes").fetchall()) == {
        "lead:a-1": "merged",
        "lead:b-1": "late",
        "lead:c-1": "late",
        "opportunity:1": "deleted",
        "opportunity:2": "merged",
        "cost:1": "corrected",
        "cost:2": "late",
    }
