"""Tables compared with metrics: both must say the same, at every cut that the table has.

A comparison is one table with its key and, of each column, the metric that it should equal, perhaps of some
rows only (`where`). All columns of a table are compared with one query a cut: at the whole key, at the time
with each other part of the key, and at the time alone. Sums must be equal, ratios to one part in a billion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from leitstand.semantic.errors import SemanticError
from leitstand.semantic.layer import SemanticLayer
from leitstand.semantic.question import Question
from leitstand.semantic.sql import literal, quoted

TOLERANCE = 1e-9
SHOWN = 3
AT_ONCE = 20
"""Pairs that are asked for together: MetricFlow's time grows faster than their number."""


@dataclass(frozen=True)
class Pair:
    """A column and the metric that it should equal, in the rows where the key has these values."""

    column: str
    metric: str
    where: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """Of a ratio the columns whose sums it is of; without them it is compared at the whole key only."""
    is_ratio: bool = False
    among: tuple[str, ...] = ()
    """Columns of the key: only rows with a value that the metric has, too, are compared."""
    over: tuple[str, ...] = ()
    """Columns of the key that the metric cannot be cut by: both are summed over them."""
    cuts: tuple[tuple[str, str], ...] = ()
    """Columns of the key with the name that only this metric has for them."""
    is_apart: bool = False
    """True for figures that add up to nothing: they are compared at the whole key only."""
    since: date | None = None
    """The first time of the table: rows that the metric has of times before may be missing."""


@dataclass(frozen=True)
class Comparison:
    """A table and its pairs; `key` gives for each column of its key the name to cut the metrics by."""

    name: str
    relation: str
    """The table's name in SQL."""
    key: tuple[tuple[str, str], ...]
    time: str
    """The column of the key that dates the rows."""
    pairs: tuple[Pair, ...]
    whole: tuple[str, ...] = ()
    """Columns of which every row that is not 0 must be one of a pair."""


@dataclass(frozen=True)
class Mismatch:
    """One row in which a table and a metric differ."""

    pair: Pair
    cut: tuple[str, ...]
    row: tuple[str, ...]
    in_table: str
    by_metric: str

    def __str__(self) -> str:
        """The row with both values."""
        where = [*self.pair.where, *zip(self.cut, self.row, strict=True)]
        at = ", ".join(f"{name} {value}" for name, value in where) or "in total"
        by = ", ".join(self.cut) or "nothing"
        return (
            f"{self.pair.metric} by {by}: {at}: {self.in_table} in column {self.pair.column}, "
            f"{self.by_metric} by the metric"
        )


@dataclass(frozen=True)
class Outcome:
    """What a comparison found: how many values were compared, how many differ, and the first of them."""

    name: str
    values: int
    differing: int
    mismatches: tuple[Mismatch, ...]
    fault: str = ""
    """Why it could not be compared."""


def compare(db: duckdb.DuckDBPyConnection, layer: SemanticLayer, comparison: Comparison) -> Outcome:
    """Compare a table with its metrics at every cut."""
    values = differing = 0
    mismatches: list[Mismatch] = []
    try:
        for pairs in _alike(comparison.pairs):
            key = _key(comparison, pairs[0])
            for cut in _cuts(key, {comparison.time, *pairs[0].among}):
                fitting = [pair for pair in pairs if cut == key or _adds_up(pair)]
                if not fitting:
                    continue
                count, found, first = _compare_cut(db, layer, comparison, cut, fitting, cut == key)
                values, differing = values + count, differing + found
                mismatches += first
        for column in comparison.whole:
            found, first = _uncovered(db, comparison, column)
            differing += found
            mismatches += first
    except SemanticError as error:
        return Outcome(comparison.name, values, differing, tuple(mismatches[:SHOWN]), str(error))
    except duckdb.Error as error:
        fault = (
            f"{comparison.name}: expected a table with the columns that its metrics name, found: "
            f"{str(error).splitlines()[0]}. Build it anew, or mend its YAML."
        )
        return Outcome(comparison.name, values, differing, tuple(mismatches[:SHOWN]), fault)
    return Outcome(comparison.name, values, differing, tuple(mismatches[:SHOWN]))


def _uncovered(
    db: duckdb.DuckDBPyConnection, comparison: Comparison, column: str
) -> tuple[int, list[Mismatch]]:
    """The rows of a column that no pair is of: how many, and the first."""
    pairs = [pair for pair in comparison.pairs if pair.column == column]
    if any(not pair.where for pair in pairs):
        return 0, []
    key = [name for name, _ in comparison.key]
    covered = " or ".join(f"coalesce({_rows(pair)}, false)" for pair in pairs)
    rows = db.execute(
        f"select {', '.join(f'cast({quoted(name)} as varchar)' for name in key)}, "
        f"cast({quoted(column)} as varchar), count(*) over () from {comparison.relation} "
        f"where {quoted(column)} <> 0 and not ({covered}) order by all limit 1"
    ).fetchall()
    if not rows:
        return 0, []
    *row, value, count = rows[0]
    pair = Pair(column, "no metric")
    return count, [Mismatch(pair, tuple(key), tuple(map(str, row)), value, "nothing")]


def _alike(pairs: tuple[Pair, ...]) -> Iterable[list[Pair]]:
    """The pairs that are compared at the same cuts and can so be asked together."""
    groups: dict[object, list[Pair]] = {}
    for pair in pairs:
        fixed = frozenset(column for column, _ in pair.where)
        groups.setdefault((fixed, pair.among, pair.over, pair.cuts), []).append(pair)
    for group in groups.values():
        for start in range(0, len(group), AT_ONCE):
            yield group[start : start + AT_ONCE]


def _adds_up(pair: Pair) -> bool:
    """True where what the table says of parts of its key follows from its rows."""
    return bool(pair.parts) if pair.is_ratio else not pair.is_apart


def _key(comparison: Comparison, pair: Pair) -> tuple[tuple[str, str], ...]:
    """The columns that a pair is cut by, with the metric's names for them."""
    left_out = {*(column for column, _ in pair.where), *pair.over}
    own = dict(pair.cuts)
    return tuple((column, own.get(column, name)) for column, name in comparison.key if column not in left_out)


def _cuts(key: tuple[tuple[str, str], ...], kept: set[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """The whole key; the columns to keep, the time among them, with each other one; these alone."""
    always = tuple(part for part in key if part[0] in kept)
    others = [part for part in key if part[0] not in kept]
    yield key
    if len(others) > 1:
        yield from ((*always, part) for part in others)
    if others:
        yield always


def _compare_cut(
    db: duckdb.DuckDBPyConnection,
    layer: SemanticLayer,
    comparison: Comparison,
    cut: tuple[tuple[str, str], ...],
    pairs: list[Pair],
    is_whole: bool,
) -> tuple[int, int, list[Mismatch]]:
    """How many values a cut has, how many differ, and the first of each pair that does."""
    metrics = tuple(dict.fromkeys(pair.metric for pair in pairs))
    compiled = layer.compile(Question(metrics, by=tuple(name for _, name in cut)))
    columns = [column for column, _ in cut]
    names = dict(zip(columns, compiled.key, strict=True))
    db.execute(f"create or replace temp table measured as {compiled.body}")
    among = [
        f"{quoted(column)} in (select {quoted(names[column])} from measured)" for column in pairs[0].among
    ]
    rows = f" where {' and '.join(among)}" if among else ""
    numbered = {f"v{number}": pair for number, pair in enumerate(pairs)}
    table = ", ".join(
        [*map(quoted, columns)]
        + [f"{_value(pair, is_whole)} as {alias}" for alias, pair in numbered.items()]
        + [f"{_count(pair)} as n_{alias}" for alias, pair in numbered.items()]
    )
    grouped = f" group by {', '.join(str(n + 1) for n in range(len(columns)))}" if columns else ""
    joined = " and ".join(
        f"t.{quoted(column)} is not distinct from m.{quoted(name)}" for column, name in names.items()
    )
    keys = ", ".join(
        f"coalesce(cast(t.{quoted(column)} as varchar), cast(m.{quoted(name)} as varchar), 'null')"
        for column, name in names.items()
    )
    time = names.get(comparison.time, "")
    differ = ", ".join(f"{_differs(alias, pair, time)} as d_{alias}" for alias, pair in numbered.items())
    shown = ", ".join(
        f"cast(t.{alias} as varchar) as t_{alias}, cast(m.{quoted(pair.metric)} as varchar) as m_{alias}"
        for alias, pair in numbered.items()
    )
    db.execute(
        f"create or replace temp table compared as "
        f"with t as (select {table} from {comparison.relation}{rows}{grouped}) "
        f"select [{keys}]::varchar[] as key, {differ}, {shown} "
        f"from t full join measured as m on {joined or 'true'}"
    )
    counts = ", ".join(f"count(*) filter (d_{alias})" for alias in numbered)
    row = db.execute(f"select count(*), {counts} from compared").fetchone()
    assert row is not None
    count, *found = row
    mismatches = []
    for (alias, pair), number in zip(numbered.items(), found, strict=True):
        if number:
            first = db.execute(
                f"select key, t_{alias}, m_{alias} from compared where d_{alias} order by key limit 1"
            ).fetchone()
            assert first is not None
            mismatches.append(
                Mismatch(pair, tuple(columns), tuple(first[0]), first[1] or "nothing", first[2] or "nothing")
            )
    return count * len(pairs), sum(found), mismatches


def _value(pair: Pair, is_whole: bool) -> str:
    """The table's value of a pair at a cut."""
    only = _only(pair)
    if not pair.is_ratio:
        return f"sum({quoted(pair.column)}){only}"
    if is_whole or pair.parts is None:
        return f"max({quoted(pair.column)}){only}"
    upper, lower = (" + ".join(f"sum({quoted(column)}){only}" for column in part) for part in pair.parts)
    return f"cast({upper} as double) / nullif(cast({lower} as double), 0)"


def _count(pair: Pair) -> str:
    """The number of a pair's rows at a cut."""
    return f"count(*){_only(pair)}"


def _only(pair: Pair) -> str:
    rows = _rows(pair)
    return f" filter (where {rows})" if rows else ""


def _rows(pair: Pair) -> str:
    return " and ".join(f"{quoted(column)} = {literal(value)}" for column, value in pair.where)


def _differs(alias: str, pair: Pair, time: str) -> str:
    """Sums are equal, and 0 where there is no row; ratios are near, and nothing where there is none."""
    if pair.since:
        is_due = f"(coalesce(t.n_{alias}, 0) > 0 or m.{quoted(time)} >= date '{pair.since}')"
        return f"({is_due} and {_are_apart(alias, pair)})"
    return _are_apart(alias, pair)


def _are_apart(alias: str, pair: Pair) -> str:
    table, metric = f"t.{alias}", f"m.{quoted(pair.metric)}"
    if pair.is_ratio:
        near = _near(table, metric)
        return f"(({table} is null) <> ({metric} is null) or coalesce(not {near}, false))"
    table, metric = f"coalesce({table}, 0)", f"coalesce({metric}, 0)"
    is_whole = f"typeof({table}) in ('DOUBLE', 'FLOAT') or typeof({metric}) in ('DOUBLE', 'FLOAT')"
    return f"case when {is_whole} then not {_near(table, metric)} else {table} <> {metric} end"


def _near(left: str, right: str) -> str:
    return f"(abs({left} - {right}) <= {TOLERANCE} * greatest(1, abs({left})))"
