"""The tables of a company that has been built, all empty: to be filled by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from leitstand.config import PROJECT_ROOT
from running import Company

Tables = dict[str, list[dict[str, Any]]]


@contextmanager
def emptied(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database with the tables of a company, all empty; its own are attached as `built`."""
    with duckdb.connect() as db:
        db.execute("attach ':memory:' as leitstand")
        db.execute(f"attach '{company.folder}/warehouse/leitstand.duckdb' as built (read_only)")
        db.execute("use leitstand")
        for schema in ("core", "kpi", "intermediate"):
            db.execute(f"create schema {schema}")
        built = db.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'built' and schema_name in ('core', 'kpi', 'intermediate')"
        ).fetchall()
        for (table,) in built:
            db.execute(f"create table {table} as select * from built.{table} limit 0")
        yield db


def provide(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Add the other tables that a query reads, empty too."""
    for schema, table in sorted(set(re.findall(r'"leitstand"\."(\w+)"\."(\w+)"', sql))):
        db.execute(f"create schema if not exists {schema}")
        db.execute(
            f"create table if not exists {schema}.{table} as select * from built.{schema}.{table} limit 0"
        )


def fill(db: duckdb.DuckDBPyConnection, content: Tables) -> None:
    """Insert rows; columns that a row does not name stay empty."""
    for table, rows in content.items():
        for row in rows:
            places = ", ".join("?" for _ in row)
            db.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))


def compiled(path: str) -> str:
    """The SQL that dbt made of a model or test, by its path within the project."""
    return (PROJECT_ROOT / "target" / "compiled" / "leitstand" / f"{path}.sql").read_text(encoding="utf-8")
