"""Saved queries as tables: dbt Core defines them and builds none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from leitstand.semantic.layer import Compiled, SemanticLayer, plainly_typed
from leitstand.semantic.manifest import Manifest
from leitstand.semantic.question import Column
from leitstand.semantic.sql import literal, quoted, rewritten

_SUMS = ("sum", "count", "sum_boolean")


@dataclass(frozen=True)
class TableColumn:
    """One column of a table: what a reader may do with it and what it means."""

    name: str
    role: str
    """dimension, additive, ratio or non_additive"""
    additive_over: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class SavedTable:
    """The table of one saved query."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    models: tuple[str, ...]
    """Names of the tables that its metrics sum."""
    compiled: Compiled


@dataclass(frozen=True)
class Finding:
    """What a test of a table found; nothing where it passed."""

    table: str
    test: str
    expected: str
    found: str = ""
    is_fault: bool = True
    """False where it may be right: what is summed can be empty for good reasons."""

    @property
    def is_passed(self) -> bool:
        """True where nothing was found."""
        return not self.found


def saved_tables(layer: SemanticLayer) -> list[SavedTable]:
    """The tables that the saved queries of a manifest make, in order of names."""
    return [_table(layer, name) for name in layer.manifest.saved_queries]


def write_tables(db: duckdb.DuckDBPyConnection, tables: Iterable[SavedTable], schema: str) -> None:
    """Write the tables, and nothing else, into a schema: all of them, or where one fails none.

    Rows are in order of the key, sums are made in one thread: the same data gives the same bytes.

    Raises:
        NotAnswered: a table that a metric sums is missing; what stood in the schema stays.
    """
    with rewritten(db, schema) as place:
        for table in tables:
            name = f"{place}.{quoted(table.name)}"
            db.execute(f"create table {name} as {plainly_typed(db, table.compiled)}")
            for statement in comments(table, name):
                db.execute(statement)


def comments(table: SavedTable, name: str) -> Iterator[str]:
    """The statements that put the descriptions on a table, which is called so in full."""
    yield f"comment on table {name} is {_line(table.description)}"
    for column in table.columns:
        yield f"comment on column {name}.{quoted(column.name)} is {_line(column.description)}"


def check_tables(
    db: duckdb.DuckDBPyConnection, tables: Iterable[SavedTable], schema: str
) -> Iterator[Finding]:
    """Test each table: it is there, holds rows, and its key is whole and given once."""
    known = {
        name
        for (name,) in db.execute(
            "select table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name = ?",
            [schema],
        ).fetchall()
    }
    for table in tables:
        name = f"{quoted(schema)}.{quoted(table.name)}"
        if table.name not in known:
            yield Finding(table.name, "is there", "a table of the saved query", "none")
            continue
        rows = _count(db, f"select count(*) from {name}")
        yield Finding(table.name, "holds rows", "at least one row", "" if rows else "none", is_fault=False)
        for column in table.key:
            empty = _count(db, f"select count(*) from {name} where {quoted(column)} is null")
            yield Finding(
                table.name,
                f"{column} is given",
                f"a value of {column} in every row",
                f"{empty} of {rows} rows without" if empty else "",
            )
        key = ", ".join(quoted(column) for column in table.key)
        repeated = rows - _count(db, f"select count(distinct ({key})) from {name}") if key and rows else 0
        yield Finding(
            table.name,
            "key is unique",
            f"one row for each {', '.join(table.key) or 'answer'}",
            f"{repeated} repeated" if repeated else "",
        )


def _count(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = db.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def _table(layer: SemanticLayer, name: str) -> SavedTable:
    compiled = layer.compile_saved(name)
    manifest = layer.manifest
    relations = {table for metric in compiled.meant.metrics for table in manifest.relations_of(metric)}
    return SavedTable(
        name=name,
        description=manifest.saved_queries[name].description or name,
        key=compiled.key,
        columns=tuple(_column(manifest, column, compiled.key) for column in compiled.columns),
        models=tuple(sorted(relations)),
        compiled=compiled,
    )


def _column(manifest: Manifest, column: Column, key: tuple[str, ...]) -> TableColumn:
    if column.kind != "metric":
        return TableColumn(column.name, "dimension", (), _described(manifest, column))
    metric = manifest.metric(column.source)
    is_sum = bool(key) and metric.kind == "simple" and metric.aggregation in _SUMS and not metric.stock
    role = "additive" if is_sum else "ratio" if metric.kind == "ratio" else "non_additive"
    text = metric.text("description") or metric.label
    return TableColumn(column.name, role, key if is_sum else (), text)


def _described(manifest: Manifest, column: Column) -> str:
    if column.kind == "time":
        stem = column.source.rpartition("__")[0].replace("metric_time", "the figures' own date")
        return f"First day of the {str(column.grain).replace('_', ' ')} of {stem.replace('__', ' ')}"
    parts = column.source.split("__")
    for model in manifest.models.values():
        entities = {entity["name"] for entity in model["entities"]}
        for item in (*model["dimensions"], *model["entities"]):
            if item["name"] == parts[-1] and (len(parts) == 1 or parts[-2] in entities):
                text = " ".join((item.get("description") or "").split())
                if text:
                    return text
    return column.name.replace("_", " ")


def _line(text: str) -> str:
    return literal(" ".join(text.split()))
