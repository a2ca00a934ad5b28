"""Saved queries as tables: dbt Core defines them and builds none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from leitstand.semantic.errors import NotAnswered
from leitstand.semantic.layer import Compiled, SemanticLayer, plainly_typed
from leitstand.semantic.manifest import Manifest, Metric
from leitstand.semantic.question import Column
from leitstand.semantic.sql import literal, quoted, rewritten

NOT_SET = "(not set)"
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
    """Names of the tables that it reads."""
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
            try:
                db.execute(f"create table {name} as {_given(db, table.compiled)}")
            except duckdb.Error as error:
                raise NotAnswered(
                    f"saved query {table.name}: expected values that fit its filter, found: "
                    f"{str(error).splitlines()[0]}. Mend the saved query."
                ) from error
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
        times = {column.name for column in table.compiled.columns if column.kind == "time"}
        for column in table.key:
            empty = _count(db, f"select count(*) from {name} where {quoted(column)} is null")
            yield Finding(
                table.name,
                f"{column} is given",
                f"a value of {column} in every row",
                f"{empty} of {rows} rows without" if empty else "",
                is_fault=column not in times,
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
    return SavedTable(
        name=name,
        description=manifest.saved_queries[name].description or name,
        key=compiled.key,
        columns=tuple(_column(manifest, column, compiled) for column in compiled.columns),
        models=manifest.relations_in(compiled.sql),
        compiled=compiled,
    )


def _column(manifest: Manifest, column: Column, compiled: Compiled) -> TableColumn:
    if column.kind != "metric":
        return TableColumn(column.name, "dimension", (), _described(manifest, column))
    metric = manifest.metric(column.source)
    over = _additive_over(metric, compiled)
    role = "additive" if over else "ratio" if metric.kind == "ratio" else "non_additive"
    return TableColumn(column.name, role, over, metric.text("description") or metric.label)


def _additive_over(metric: Metric, compiled: Compiled) -> tuple[str, ...]:
    """The columns of a key over which a metric adds up: a stock over no time, others as they say."""
    if metric.kind != "simple" or metric.aggregation not in _SUMS:
        return ()
    return tuple(
        column.name
        for column in compiled.columns
        if column.kind != "metric"
        and not (metric.stock and column.kind == "time")
        and column.source.rpartition("__")[2] not in metric.not_additive_over
    )


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


def _given(db: duckdb.DuckDBPyConnection, compiled: Compiled) -> str:
    """The query of a table, where a text that is not known is `(not set)`."""
    typed = plainly_typed(db, compiled)
    kinds = {name: kind for name, kind, *_ in db.execute(f"describe {typed}").fetchall()}
    texts = [
        f"coalesce({quoted(name)}, {literal(NOT_SET)}) as {quoted(name)}"
        for name in compiled.key
        if kinds[name] == "VARCHAR"
    ]
    return f"select * replace ({', '.join(texts)}) from ({typed}) as given" if texts else typed


def _line(text: str) -> str:
    return literal(" ".join(text.split()))
