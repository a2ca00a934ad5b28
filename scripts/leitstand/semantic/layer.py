"""The semantic layer of one manifest: questions in, SQL and answers out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from leitstand.semantic.engine import Cut, Engine
from leitstand.semantic.errors import NotAnswered, unknown
from leitstand.semantic.manifest import Manifest
from leitstand.semantic.question import Column, Meant, Question, of_saved_query, understand
from leitstand.semantic.sql import quoted

if TYPE_CHECKING:
    import pyarrow as pa

DAYS = ("day", "week", "month", "quarter", "year")
"""Grains whose periods begin with a day; what a project's own grain holds is its own affair."""
_PLAIN = re.compile(r"^DECIMAL\(38,(\d+)\)$")


@dataclass(frozen=True)
class Compiled:
    """A query and the columns that it gives."""

    body: str
    """The query without the order of its rows."""
    tail: str
    columns: tuple[Column, ...]
    meant: Meant

    @property
    def sql(self) -> str:
        """The whole query."""
        return self.body + self.tail

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the columns that the metrics are cut by."""
        return tuple(column.name for column in self.columns if column.kind != "metric")


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, the query they come from, and what a reader should know of them."""

    table: pa.Table
    sql: str
    notes: tuple[str, ...]


class SemanticLayer:
    """Questions to the metrics of a manifest, answered by any DuckDB connection that has its tables."""

    def __init__(self, manifest: Manifest, *, cache: Path | None = None) -> None:
        """Take a manifest, and a folder in which to keep the SQL that was written once."""
        self.manifest = manifest
        self.engine = Engine(manifest, cache=cache)

    def cuts(self, metrics: Sequence[str]) -> list[Cut]:
        """What all these metrics can be cut by.

        Raises:
            UnknownName: there is no such metric.
        """
        for name in metrics:
            self.manifest.metric(name)
        return self.engine.cuts(metrics)

    def compile(self, question: Question) -> Compiled:
        """The query of a question.

        Raises:
            UnknownName: a name is not known; the nearest is offered.
            NotCombinable: what is asked does not go together.
        """
        return self._compile(understand(question, self.manifest, self.engine))

    def compile_saved(self, name: str) -> Compiled:
        """The query of a saved query."""
        if name not in self.manifest.saved_queries:
            raise unknown("a saved query", name, self.manifest.saved_queries)
        return self._compile(of_saved_query(self.manifest.saved_queries[name], self.manifest, self.engine))

    def _compile(self, meant: Meant) -> Compiled:
        inner = self.engine.sql(meant.metrics, meant.by, meant.where)
        return Compiled(_body(inner, meant), _tail(meant), meant.columns, meant)

    def answer(self, db: duckdb.DuckDBPyConnection, question: Question) -> Answer:
        """The rows that a connection gives; whole numbers, money and dates have plain types.

        Raises:
            NotAnswered: a table is missing, or the condition compares what cannot be compared.
        """
        compiled = self.compile(question)
        table = fetch(db, plainly_typed(db, compiled))
        notes = self._notes(db, compiled, table) if question.where else ()
        return Answer(table, compiled.sql, notes)

    def _notes(self, db: duckdb.DuckDBPyConnection, compiled: Compiled, table: pa.Table) -> tuple[str, ...]:
        """Say where a filter hits nothing, and which of its values nothing has."""
        meant, notes = compiled.meant, []
        assert meant.filter is not None
        # a limit may have left out the rows that hold something
        whole = table if meant.limit is None else fetch(db, compiled.body)
        if not any(
            self._is_figure(name, value)
            for name in meant.metrics
            for value in whole.column(name).unique().to_pylist()
        ):
            notes.append("under the filter every figure is empty or zero.")
        times = [column.source for column in meant.columns if column.kind == "time"]
        known: dict[str, list[str]] = {}
        for name, text in meant.filter.compared:
            if name not in known:
                inner = self.engine.sql(meant.metrics, list(dict.fromkeys([*times, name])))
                sql = f'select distinct cast("{name}" as varchar) from ({inner}) where "{name}" is not null'
                known[name] = [str(row[0]) for row in _run(db, sql).fetchall()]
            if text not in known[name]:
                notes.append(str(unknown(f"a value of {name} that occurs", text, known[name])))
        return tuple(notes)

    def _is_figure(self, metric: str, value: object) -> bool:
        """True for what is there: a ratio of 0 is of something, a sum of 0 may be of nothing."""
        return value is not None if self.manifest.metric(metric).kind == "ratio" else bool(value)


def _body(inner: str, meant: Meant) -> str:
    """Name the columns; leave out the rows that hold nothing but a period without rows."""
    columns = [f"{_expression(column)} as {quoted(column.name)}" for column in meant.columns]
    keys = [quoted(column.source) for column in meant.columns if column.kind == "key"]
    lines = ["select", "    " + ",\n    ".join(columns), f"from (\n{_indented(inner)}\n) as answer"]
    if keys:
        empty = [f"{key} is null" for key in keys]
        empty += [f"coalesce({quoted(metric)}, 0) = 0" for metric in meant.metrics]
        lines.append(f"where not ({' and '.join(empty)})")
    return "\n".join(lines)


def _tail(meant: Meant) -> str:
    """The order of the rows, and how many."""
    order = [f"{quoted(name)}{' desc nulls last' if falls else ''}" for name, falls in meant.order]
    tail = f"\norder by {', '.join(order)}" if order else ""
    return tail if meant.limit is None else f"{tail}\nlimit {int(meant.limit)}"


def _expression(column: Column) -> str:
    if column.kind == "time" and column.grain in DAYS:
        return f"cast({quoted(column.source)} as date)"
    return quoted(column.source)


def plainly_typed(db: duckdb.DuckDBPyConnection, compiled: Compiled) -> str:
    """The same query with the types that readers know: sums of numbers and of money grow beyond them."""
    columns = []
    for name, kind, *_ in _run(db, f"describe {compiled.body}").fetchall():
        wanted = _PLAIN.sub(_plain_decimal, kind).replace("HUGEINT", "bigint")
        columns.append(f"cast({quoted(name)} as {wanted}) as {quoted(name)}")
    return f"select {', '.join(columns)}\nfrom (\n{_indented(compiled.body)}\n) as typed{compiled.tail}"


def _plain_decimal(match: re.Match[str]) -> str:
    """Money keeps its cents; what has more digits than money is a number like others."""
    return f"decimal(18, {match[1]})" if int(match[1]) <= 4 else "double"


def fetch(db: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """The rows of a query as an Arrow table."""
    return _run(db, sql).to_arrow_table()


def _run(db: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    try:
        return db.execute(sql)
    except duckdb.Error as error:
        raise NotAnswered(
            f"expected tables and values that fit the question, found: {str(error).splitlines()[0]}. "
            f"Mend the condition, or build the tables anew."
        ) from error


def _indented(sql: str) -> str:
    return "\n".join(f"    {line}" for line in sql.splitlines())
