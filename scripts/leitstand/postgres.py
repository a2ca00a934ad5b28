"""Publication to Postgres: schemas `kpi`, `metrics`, `meta`, written beside those shown, swapped by name.

BI tools find keys, indexes, and what every table and column means as a comment; the reader may read, and
nothing else. A query that runs keeps the schemas that it began with: they stay as `kpi_old` … until the
next publication. The password comes from libpq's own means (`PGPASSWORD`, a password file), never from
settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from leitstand.config import Postgres
from leitstand.errors import BadInput, LeitstandError
from leitstand.land.sql import identifier, literal, literals

SCHEMAS = ("kpi", "metrics", "meta")
OURS = "Published by Leitstand: replaced with every publication"

_LONGEST_KEY = 2_000
"""Bytes of a key that an index surely takes: Postgres refuses entries of more than 2,704 with their heads."""


@contextmanager
def swapped_in(target: Postgres | None, file: Path, release_id: str) -> Iterator[None]:
    """Show a release on Postgres once the block has ended, or leave all as it was where either fails.

    Raises:
        BadInput: DuckDB's extension for Postgres is missing.
        LeitstandError: the server cannot be reached, or refuses; the last publication stays.
    """
    if target is None:
        yield
        return
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        load_extension(db)
        try:
            db.execute(f"attach {literal(_address(target))} as target (type postgres)")
            is_shown = _shown(db) == release_id
            if is_shown:
                _grant(db, target.reader, SCHEMAS)
            else:
                _write(db, file)
                _grant(db, target.reader, [f"{schema}_new" for schema in SCHEMAS])
                db.execute("begin")
                _swap(db)
        except duckdb.Error as error:
            raise _refused(target, error) from error
        yield
        try:
            if not is_shown:
                db.execute("commit")
        except duckdb.Error as error:
            raise _refused(target, error) from error


def load_extension(db: duckdb.DuckDBPyConnection) -> None:
    """Load DuckDB's extension for Postgres from its package, or as DuckDB has it installed.

    Raises:
        BadInput: it is neither here nor there, or fits another version.
    """
    try:
        import duckdb_extension_postgres_scanner

        folder = Path(duckdb_extension_postgres_scanner.__file__).parent
        db.load_extension(str(next(folder.rglob("*.duckdb_extension"))))
    except (ImportError, StopIteration, duckdb.Error):
        try:
            db.execute("load postgres")
        except duckdb.Error as error:
            raise BadInput(
                f"leitstand.yml, key 'postgres': expected DuckDB's extension for Postgres, as DuckDB "
                f"{duckdb.__version__} loads it, found none. Install the package "
                f"duckdb-extension-postgres-scanner=={duckdb.__version__}, or run `install postgres` in "
                f"DuckDB once."
            ) from error


def _address(target: Postgres) -> str:
    """The address as libpq writes it."""
    parts = {"host": target.host, "port": target.port, "dbname": target.database, "user": target.user}

    def quoted(value: object) -> str:
        return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"

    return " ".join(f"{name}={quoted(value)}" for name, value in parts.items())


def _run(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    db.execute(f"call postgres_execute('target', {literal(sql)})")


def _shown(db: duckdb.DuckDBPyConnection) -> str | None:
    """The release that Postgres shows."""
    known = db.execute(
        "select count(*) from duckdb_tables() "
        "where database_name = 'target' and schema_name = 'meta' and table_name = 'release'"
    ).fetchone()
    row = db.execute("select release_id from target.meta.release").fetchone() if known == (1,) else None
    return str(row[0]) if row else None


def _refuse_other_owners(db: duckdb.DuckDBPyConnection) -> None:
    """Stop where a schema that would be replaced is not one that was published here."""
    names = literals(f"{schema}{suffix}" for schema in SCHEMAS for suffix in ("", "_new", "_old"))
    question = (
        f"select nspname::text from pg_namespace where nspname in ({names}) "
        f"and obj_description(oid, 'pg_namespace') is distinct from {literal(OURS)} order by 1"
    )
    others = db.execute(f"select * from postgres_query('target', {literal(question)})").fetchall()
    if others:
        raise LeitstandError(
            f"Postgres: expected no schema {others[0][0]!r}, or one published here, found another's. "
            f"Publish to a database of its own, or rename that schema."
        )


def _write(db: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Write all tables of a release to the schemas beside those that are shown."""
    _refuse_other_owners(db)
    db.execute(f"attach {literal(file)} as release (read_only)")
    for schema in SCHEMAS:
        for other in (f"{schema}_new", f"{schema}_old"):
            _run(db, f"drop schema if exists {other} cascade")
        _run(db, f"create schema {schema}_new")
        _run(db, f"comment on schema {schema}_new is {literal(OURS)}")
    # what DuckDB remembers of the schemas that were dropped would make empty tables
    db.execute("call pg_clear_cache()")
    tables = db.execute(
        "select schema_name, table_name from duckdb_tables() "
        f"where database_name = 'release' and schema_name in ({literals(SCHEMAS)}) order by all"
    ).fetchall()
    for schema, table in tables:
        new = f"target.{identifier(f'{schema}_new')}.{identifier(table)}"
        old = f"release.{identifier(schema)}.{identifier(table)}"
        db.execute(f"create table {new} as from {old}")
        written, wanted = (db.execute(f"select count(*) from {name}").fetchone() for name in (new, old))
        if written != wanted:
            raise LeitstandError(f"Postgres, {schema}.{table}: expected {wanted} rows, found {written}.")
        if statements := [*_comments(db, schema, table), *_keys(db, schema, table)]:
            _run(db, "; ".join(statements))


def _comments(db: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """Statements that carry the comments of the release's file over."""
    name = f"{identifier(f'{schema}_new')}.{identifier(table)}"
    where = "database_name = 'release' and schema_name = ? and table_name = ?"
    of_table = db.execute(f"select comment from duckdb_tables() where {where}", [schema, table]).fetchall()
    of_columns = db.execute(
        f"select column_name, comment from duckdb_columns() where {where} and comment is not null",
        [schema, table],
    ).fetchall()
    return [f"comment on table {name} is {literal(text)}" for (text,) in of_table if text] + [
        f"comment on column {name}.{identifier(column)} is {literal(text)}" for column, text in of_columns
    ]


def _keys(db: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """Statements that make the primary key of a table, and an index for its days unless they lead it.

    A weakened table has no primary key, nor has one whose rows it does not tell apart or whose texts are too
    long for an index.
    """
    rows = db.execute(
        "select column_name, data_type from release.meta.columns "
        "where schema_name = ? and table_name = ? and is_key",
        [schema, table],
    ).fetchall()
    if not rows:
        return []
    name = f"{identifier(f'{schema}_new')}.{identifier(table)}"
    key = [identifier(column) for column, _ in rows]
    has_key = _can_be_key(db, schema, table, key)
    days = [identifier(column) for column, data_type in rows[has_key:] if data_type == "date"]
    return [f"alter table {name} add primary key ({', '.join(key)})"] * has_key + [
        f"create index on {name} ({day})" for day in days
    ]


def _can_be_key(db: duckdb.DuckDBPyConnection, schema: str, table: str, key: list[str]) -> bool:
    """Whether Postgres would take these columns for the primary key of a table that can be trusted."""
    is_weakened = (
        "select coalesce(bool_or(list_contains(weakened_marts, ?)), false) from release.meta.release"
    )
    shown = table if schema == "kpi" else f"{schema}.{table}"
    if db.execute(is_weakened, [shown]).fetchone() == (True,):
        return False
    name = f"release.{identifier(schema)}.{identifier(table)}"
    size = " + ".join(f"strlen({column}::varchar)" for column in key)  # null where any column is
    fits = db.execute(
        f"select count(*) = count({size}) and count(*) = count(distinct ({', '.join(key)})) "
        f"and coalesce(max({size}), 0) <= {_LONGEST_KEY} from {name}"
    ).fetchone()
    return fits == (True,)


def _grant(db: duckdb.DuckDBPyConnection, reader: str | None, schemas: Iterable[str]) -> None:
    """Let the reader, where there is one, read all tables of some schemas."""
    if reader is None:
        return
    _refuse_unknown(db, reader)
    for schema in schemas:
        _run(db, f"grant usage on schema {schema} to {identifier(reader)}")
        _run(db, f"grant select on all tables in schema {schema} to {identifier(reader)}")


def _refuse_unknown(db: duckdb.DuckDBPyConnection, reader: str) -> None:
    """Stop where the role that is to read does not exist: who makes it decides how it logs in."""
    question = f"select rolname::text from pg_roles where rolname = {literal(reader)}"
    if not db.execute(f"select * from postgres_query('target', {literal(question)})").fetchall():
        raise LeitstandError(
            f"Postgres: expected the role {reader!r}, which is to read, found none. Create it, for example "
            f"with `create role {identifier(reader)} login`, or mend `postgres: reader` in leitstand.yml."
        )


def _swap(db: duckdb.DuckDBPyConnection) -> None:
    """Rename all schemas in the transaction that is open."""
    _run(
        db,
        f"""
        do $$
        declare
            name text;
        begin
            foreach name in array array[{literals(SCHEMAS)}] loop
                if exists (select from pg_namespace where nspname = name) then
                    execute format('alter schema %I rename to %I', name, name || '_old');
                end if;
                execute format('alter schema %I rename to %I', name || '_new', name);
            end loop;
        end
        $$
        """,
    )


def _refused(target: Postgres, error: Exception) -> LeitstandError:
    text = str(error)
    # the server's own words stand after the statement, which may be long
    own_words = re.match(r'(?s:.*)": (\w+:\s+.*)', text)
    found = own_words[1] if own_words else text.splitlines()[0]
    return LeitstandError(
        f"Postgres {target.host}, database {target.database}: expected to publish there, found {found}. "
        f"The last publication stays; mend it and run `leitstand publish`."
    )
