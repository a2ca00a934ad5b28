"""The warehouse file: open it, and make the tables that landing writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from leitstand.contract import Entity
from leitstand.errors import LeitstandError
from leitstand.land.lake import Load
from leitstand.land.result import FileRecord
from leitstand.land.sql import identifier, literal
from leitstand.warehouse import open_warehouse

_TABLES = """
create schema if not exists landing;
create table if not exists landing.loads (load_number bigint, loaded_at timestamp);
create table if not exists landing.files (
    load_number bigint, loaded_at timestamp, connection varchar, entity varchar, file_name varchar,
    file_hash varchar, mapping_hash varchar, lines_read bigint, rows_not_selected bigint,
    cells_missing bigint, rows_read bigint, rows_landed bigint, rows_quarantined bigint
);
create table if not exists landing.quarantine (
    load_number bigint, loaded_at timestamp, connection varchar, entity varchar, file_name varchar,
    file_hash varchar, line_number bigint, column_name varchar, raw_text varchar, reason varchar
);
"""


@contextmanager
def open_for_landing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with landing's own tables in it.

    Raises:
        LeitstandError: another process holds it.
        DamagedWarehouse: the file cannot be opened.
    """
    with open_warehouse(path) as db:
        db.execute("set memory_limit = '1GB'")
        db.execute(_TABLES)
        yield db


def make_raw_table(db: duckdb.DuckDBPyConnection, connection: str, entity: Entity) -> None:
    """Make the raw table of one entity as the contract has it.

    Raises:
        LeitstandError: it exists with other columns, from an older contract.
    """
    schema = f"raw_{connection}"
    columns = ", ".join(f"{identifier(c.name)} {c.data_type}" for c in entity.columns)
    db.execute(f"create schema if not exists {identifier(schema)}")
    db.execute(f"create table if not exists {identifier(schema)}.{identifier(entity.name)} ({columns})")
    found = db.execute(f"describe {identifier(schema)}.{identifier(entity.name)}").fetchall()
    if [(name, kind.lower()) for name, kind, *_ in found] != [(c.name, c.data_type) for c in entity.columns]:
        raise LeitstandError(
            f"Table {schema}.{entity.name}: expected the columns of the contract, found those of another "
            f"version. Run `leitstand rebuild`."
        )


def load_numbers(db: duckdb.DuckDBPyConnection) -> set[int]:
    """The numbers of all loads that are committed."""
    return {int(n) for (n,) in db.execute("select load_number from landing.loads").fetchall()}


def write_records(db: duckdb.DuckDBPyConnection, load: Load, records: list[FileRecord]) -> None:
    """Write the load and its files."""
    at = literal(load.loaded_at.isoformat())
    db.execute(f"insert into landing.loads values ({load.load_number}, {at})")
    for r in records:
        texts = (r.connection, r.entity, r.file_name, r.file_hash, r.mapping_hash)
        counts = (
            r.lines_read,
            r.rows_not_selected,
            r.cells_missing,
            r.rows_read,
            r.rows_landed,
            r.rows_quarantined,
        )
        values = ", ".join([*map(literal, texts), *map(str, counts)])
        db.execute(f"insert into landing.files values ({load.load_number}, {at}, {values})")
