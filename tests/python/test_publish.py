"""What may not be published is refused, by its name and by its values."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from leitstand.errors import ChecksFailed
from leitstand.publish import refuse_named, refuse_personal_data
from leitstand.release_tables import META, make_tables


def test_a_column_that_identifies_a_person_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "kpi.duckdb")) as db:
        db.execute("create schema kpi.kpi")
        db.execute("create table kpi.kpi.fine as select 'email' as channel, 3 as inquiries")
        refuse_personal_data(db, "kpi.fine")
        db.execute("comment on table kpi.kpi.fine is 'ask anna@firma.example'")
        with pytest.raises(ChecksFailed, match=r"kpi.fine, its description: .*found an e-mail address"):
            refuse_personal_data(db, "kpi.fine")
        db.execute("create table kpi.kpi.named as select 'a' as primary_lead_id")
        with pytest.raises(
            ChecksFailed, match=r"kpi.named, column 'primary_lead_id'.*a column of single persons"
        ):
            refuse_personal_data(db, "kpi.named")
        db.execute("create table kpi.kpi.valued as select unnest(['x', 'of anna@firma.example']) as scope")
        with pytest.raises(ChecksFailed, match=r"column 'scope'.*found 1 values with an e-mail address"):
            refuse_personal_data(db, "kpi.valued")
        for value, kind in (
            ("call +49 89 1234567", "a telephone number"),
            ("DE89 3704 0044 0532 0130 00", "an IBAN"),
        ):
            db.execute("create or replace table kpi.kpi.valued as select ? as scope", [value])
            with pytest.raises(ChecksFailed, match=f"1 values with {kind}"):
                refuse_personal_data(db, "kpi.valued")


def test_what_a_release_says_of_itself_is_searched_too(tmp_path: Path) -> None:
    """The name of the company and a list of failed checks; a digest is no telephone number."""
    with duckdb.connect(str(tmp_path / "kpi.duckdb")) as db:
        db.execute("create schema kpi.kpi")
        make_tables(db, "kpi")
        tables = ["kpi.kpi_restatement", *(f"meta.{name}" for name in META)]
        db.execute(
            "insert into meta.release (release_id, company_name) values ('2026-07-01-0049301234', 'W')"
        )
        db.execute(
            "insert into meta.ledger (release_id, scope) values ('2026-07-01-0049301234', 'channel:web')"
        )
        for table in tables:
            refuse_personal_data(db, table)
        for table, column, value in (
            ("meta.release", "company_name", "'Werk, info@werk.example'"),
            ("meta.weakened", "failed_checks", "['a', 'of anna@firma.example']"),
            ("meta.columns", "description", "'ask anna@firma.example'"),
            ("meta.ledger", "scope", "'team:anna@firma.example'"),
            ("kpi.kpi_restatement", "scope", "'team:anna@firma.example'"),
        ):
            db.execute(f"insert into kpi.{table} ({column}) values ({value})")
            with pytest.raises(ChecksFailed, match=f"{table}, column '{column}'.*1 values with an e-mail"):
                refuse_personal_data(db, table)


def test_no_table_of_a_release_names_a_person_of_the_sources(tmp_path: Path) -> None:
    """Neither in `meta` nor in the sums of metrics; the sources know a number that looks like none."""
    company = SimpleNamespace(settings=SimpleNamespace(connections={"crm": None}), lake=tmp_path / "lake")
    with duckdb.connect(str(tmp_path / "kpi.duckdb")) as db:
        db.execute("create schema kpi.kpi; create schema semantic; attach ':memory:' as warehouse")
        db.execute("create schema warehouse.raw_crm")
        db.execute(
            "create table warehouse.raw_crm.persons as select null::varchar as email, '030-1234567' as phone"
        )
        make_tables(db, "kpi")
        db.execute("create table semantic.sums as select 'web' as channel, 3 as leads")
        refuse_named(db, company)  # type: ignore[arg-type]
        for table, column in (("meta.weakened", "reason"), ("semantic.sums", "channel")):
            db.execute("begin")
            db.execute(f"insert into kpi.{table} ({column}) values ('030-1234567')")
            with pytest.raises(ChecksFailed, match=f"{table}, column '{column}'.*1 values with what the sou"):
                refuse_named(db, company)  # type: ignore[arg-type]
            db.execute("rollback")


def test_every_column_of_meta_says_what_it_is() -> None:
    with duckdb.connect() as db:
        db.execute("create schema kpi")
        make_tables(db, "memory")
        comments = db.execute(
            "select comment from duckdb_columns() where schema_name = 'meta' union all "
            "select comment from duckdb_tables() where schema_name = 'meta'"
        ).fetchall()
    assert len(comments) > 50 and all(text for (text,) in comments)
