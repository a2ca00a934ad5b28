"""Publication to a real Postgres: what it shows, and that a failure leaves both sides as they were."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest

from ci.postgres_twin.server import Server, serve
from ledger.publishing import ROWS, publish, write
from leitstand import publish as publishing_module
from leitstand.config import Company, Postgres
from leitstand.errors import BadInput, LeitstandError
from leitstand.postgres import OURS, swapped_in
from leitstand.publish import current_release
from running import Company as Run


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        ask(running, "create role reader login")
        yield running


def ask(server: Server, sql: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(server.address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []


def target(server: Server, **other: Any) -> Postgres:
    values = {"host": str(server.socket_folder), "database": server.database, "user": server.user}
    return Postgres(**(values | {"reader": "reader"} | other))


def on(company: Company, postgres: Postgres) -> Company:
    return replace(company, settings=company.settings.model_copy(update={"postgres": postgres}))


SHOWN = "select max(release_id), count(*), min(value), max(value) from meta.release, kpi.kpi_scorecard"


def test_publications_follow_one_another_and_failures_leave_the_last(
    company: Company, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = on(company, target(server))
    for value in (1, 2):
        release = publish(both, value, f"2026-07-0{value}T05:00:00")
        assert ask(server, SHOWN) == [(release.name, ROWS, value, value)]
    saved = "select value, to_regclass('semantic.sums') from metrics.monthly"
    assert ask(server, saved) == [(2, None)]
    may_read = "select has_table_privilege('reader', 'kpi.kpi_scorecard', 'select')"
    assert ask(server, may_read) == [(True,)]

    # the server cannot be reached: neither side changes
    with pytest.raises(LeitstandError, match="expected to publish there, found"):
        publish(on(company, target(server, database="nowhere")), 3, "2026-07-03T05:00:00")
    assert current_release(company) == release

    # the link cannot be changed: what was renamed on the server is renamed back
    def fail(*_: object) -> None:
        raise LeitstandError("no link")

    with monkeypatch.context() as patch:
        patch.setattr(publishing_module, "_link", fail)
        with pytest.raises(LeitstandError, match="no link"):
            publish(both, 4, "2026-07-04T05:00:00")
    assert current_release(company) == release
    assert ask(server, SHOWN) == [(release.name, ROWS, 2, 2)]

    # the server refuses to rename: the link points where it did
    fifth = write(both, 5, "2026-07-05T05:00:00")
    ask(server, "create schema kpi_old; create table kpi_old.kept as select 1")
    ask(server, f"comment on schema kpi_old is '{OURS}'")
    with monkeypatch.context() as patch:
        patch.setattr("leitstand.postgres._write", lambda *_: None)
        with pytest.raises(LeitstandError, match="found"):
            publishing_module.make_current(both, fifth)
    assert current_release(company) == release
    assert ask(server, SHOWN) == [(release.name, ROWS, 2, 2)]
    publishing_module.make_current(both, fifth)
    assert ask(server, SHOWN) == [(fifth.release_id, ROWS, 5, 5)]


def test_without_duckdbs_extension_nothing_is_shown_and_the_package_is_named(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(company, 1, "2026-07-01T05:00:00")
    monkeypatch.setitem(sys.modules, "duckdb_extension_postgres_scanner", None)
    monkeypatch.setenv("HOME", str(tmp_path))  # where DuckDB keeps what it installs itself
    nowhere = Postgres(host="localhost", database="x", user="x")
    version = duckdb.__version__
    with pytest.raises(BadInput, match=rf"Install the package duckdb-extension-postgres-scanner=={version}"):
        publish(on(company, nowhere), 2, "2026-07-02T05:00:00")
    assert current_release(company) == first


def test_a_schema_of_somebody_else_is_left_alone(company: Company, server: Server) -> None:
    ask(server, "create database shared")
    shared = replace(server, database="shared")
    ask(shared, "create schema meta")
    ask(shared, "create table meta.theirs as select 1 as value")
    with pytest.raises(LeitstandError, match="expected no schema 'meta', or one published here"):
        publish(on(company, target(shared)), 1, "2026-07-01T05:00:00")
    assert ask(shared, "select value from meta.theirs") == [(1,)]


def test_all_tables_of_a_release_are_there(demo: Run, server: Server) -> None:
    ((release_id,),) = demo.published("select release_id from meta.release")
    file = demo.folder / "releases" / "current" / "kpi.duckdb"
    with swapped_in(target(server), file, release_id):
        pass
    with swapped_in(target(server), file, release_id):
        pass  # it is shown already
    shown = "select schema_name, table_name from duckdb_tables() where schema_name <> 'semantic'"
    tables = demo.published(f"{shown} order by all")
    assert len(tables) > 20 and {schema for schema, _ in tables} == {"kpi", "metrics", "meta"}
    for schema, table in tables:
        counted = f"select count(*) from {schema}.{table}"
        assert ask(server, counted) == demo.published(counted.replace("from ", "from kpi."))
    pipeline = "select sum(new_pipeline_amount) from kpi.kpi_pipeline_contribution"
    assert ask(server, pipeline) == demo.published(pipeline.replace("kpi.kpi_", "kpi.kpi.kpi_"))
    as_a_bi_tool_reads(replace(server, user="reader"), demo)


def as_a_bi_tool_reads(reader: Server, demo: Run) -> None:
    """What Power BI, Tableau, Excel and Metabase ask a Postgres for, asked as the role that may only read."""
    columns = {
        (table, column): (kind, comment)
        for table, column, kind, comment in ask(
            reader,
            """
            select
                c.table_schema || '.' || c.table_name, c.column_name, c.data_type,
                col_description((c.table_schema || '.' || c.table_name)::regclass, c.ordinal_position)
            from information_schema.columns as c
            where c.table_schema in ('kpi', 'metrics', 'meta')
            """,
        )
    }
    assert len(columns) > 250
    assert [name for name, (_, comment) in columns.items() if not comment] == []
    kind, comment = columns["kpi.kpi_cost_per_qualified_lead", "cost_per_qualified_lead"]
    assert kind == "double precision"
    assert comment.endswith("sum of cost_amount, divided by the sum of qualified_leads; never a mean.")
    kind, comment = columns["kpi.kpi_pipeline_velocity", "open_pipeline_amount"]
    assert kind == "numeric" and comment.endswith("Adds up over segment, and over nothing else.")
    assert columns["kpi.kpi_scorecard", "period_start"][0] == "date"
    assert columns["meta.release", "as_of"][0] == "timestamp without time zone"

    uncommented = """
        select relname::text from pg_class
        inner join pg_namespace on pg_namespace.oid = relnamespace
        left join pg_description on objoid = pg_class.oid and objsubid = 0
        where nspname in ('kpi', 'metrics', 'meta') and relkind = 'r' and description is null
    """
    assert ask(reader, uncommented) == []
    keys = ask(
        reader,
        """
        select indrelid::regclass::text, array_agg(attname::text order by attname)
        from pg_index
        inner join pg_attribute on attrelid = indrelid and attnum = any(indkey)
        where indisprimary and indrelid::regclass::text like 'kpi.%'
        group by indrelid
        """,
    )
    wanted = demo.published(
        "select 'kpi.' || table_name, list(column_name order by column_name) from meta.columns "
        "where is_key and schema_name = 'kpi' "
        "group by table_name"
    )
    assert sorted(keys) == sorted(wanted)
    indexed = "select indexdef from pg_indexes where tablename = 'kpi_scorecard'"
    assert any(definition.endswith("(period_start)") for (definition,) in ask(reader, indexed))
    labels = "select label_en, label_de from kpi.dim_stage where stage = 'sal'"
    assert ask(reader, labels) == [("Sales accepted lead", "Vom Vertrieb akzeptierter Lead")]

    for statement in (
        "delete from kpi.kpi_scorecard",
        "update meta.release set company_name = 'x'",
        "insert into kpi.dim_stage (stage) values ('x')",
        "drop table kpi.kpi_scorecard",
        "create table kpi.mine (x int)",
        "create schema mine",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(reader, statement)


def test_a_reader_that_does_not_exist_is_named(company: Company, server: Server) -> None:
    with pytest.raises(LeitstandError, match=r"expected the role 'nobody'.*create role \"nobody\" login"):
        publish(on(company, target(server, reader="nobody")), 1, "2026-07-01T05:00:00")


def test_a_reader_named_later_may_read_what_is_shown_already(company: Company, server: Server) -> None:
    ask(server, "create role late login")
    release = write(company, 1, "2026-07-01T05:00:00")
    publishing_module.make_current(on(company, target(server, reader=None)), release)
    may_read = "select has_table_privilege('late', 'metrics.monthly', 'select')"
    assert ask(server, may_read) == [(False,)]
    with pytest.raises(LeitstandError, match="expected the role 'nobody'"):
        publishing_module.make_current(on(company, target(server, reader="nobody")), release)
    publishing_module.make_current(on(company, target(server, reader="late")), release)
    assert ask(server, may_read) == [(True,)]
    assert ask(replace(server, user="late"), SHOWN) == [(release.release_id, ROWS, 1, 1)]


# six thousand bytes that do not compress: an index of Postgres takes 2,704
LONG = "select string_agg(md5(range::varchar), '') from range(188)"
KEYED = {
    "sound": "select 'Fair' as campaign, date '2026-06-01' as month union all select 'Fair', '2026-07-01'",
    "weakened": "select 'Fair' as campaign, date '2026-06-01' as month",
    "repeated": "select 'Fair' as campaign, date '2026-06-01' as month from range(2)",
    "without": "select null::varchar as campaign, date '2026-06-01' as month",
    "long": f"select ({LONG}) as campaign, date '2026-06-01' as month",
    "empty": "select 'Fair' as campaign, date '2026-06-01' as month limit 0",
}


@pytest.fixture
def keyed(tmp_path: Path) -> Path:
    """The file of a release with tables of one key, not all of which it tells apart."""
    file = tmp_path / "kpi.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("create schema kpi.kpi; create schema metrics; create schema meta")
        db.execute(
            "create table meta.release as select 'keyed' as release_id, ['weakened'] as weakened_marts"
        )
        db.execute(
            "create table meta.columns "
            "(schema_name text, table_name text, column_name text, data_type text, is_key bool)"
        )
        for table, rows in KEYED.items():
            db.execute(f"create table kpi.kpi.{table} as {rows}")
            db.execute(f"comment on table kpi.kpi.{table} is 'Says \": ERROR:  nothing'")
            for column, data_type in (("campaign", "varchar"), ("month", "date")):
                db.execute(
                    "insert into meta.columns values ('kpi', ?, ?, ?, true)", [table, column, data_type]
                )
    return file


def test_a_table_whose_key_tells_its_rows_not_apart_is_shown_without(keyed: Path, server: Server) -> None:
    with swapped_in(target(server), keyed, "keyed"):
        pass
    indexed = ask(
        server, "select tablename::text, indexdef from pg_indexes where schemaname = 'kpi' order by 1, 2"
    )
    assert {table for table, sql in indexed if "UNIQUE" in sql} == {"sound", "empty"}
    assert {table for table, sql in indexed if sql.endswith(" (month)")} == KEYED.keys()
    with duckdb.connect(str(keyed), read_only=True) as db:
        for table in KEYED:
            rows = f"select campaign, month from kpi.{table} order by 2"
            assert ask(server, rows) == db.execute(rows.replace("kpi.", "kpi.kpi.")).fetchall(), table


def test_what_the_server_refuses_is_said_in_its_own_words(
    keyed: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leitstand.postgres._can_be_key", lambda *_: True)
    words = (
        r"expected to publish there, found ERROR: +index row size \d+ exceeds [^\n\"]* \"long_pkey\"\. The"
    )
    with pytest.raises(LeitstandError, match=words), swapped_in(target(server), keyed, "another"):
        pass
