"""Days on which an agreement gives two answers, or none."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from leitstand.definitions.files import quoted
from leitstand.definitions.schema import Seed, Versions

Found = tuple[int, str | None, str, str, str]


def overlaps(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Rows of one key that are valid on the same day; equal first days are repeated keys."""
    if "valid_from" not in seed.unique or "valid_to" not in seed.types:
        return
    alike = [f"earlier.{quoted(column)} is not distinct from later.{quoted(column)}" for column in seed.key]
    of_one_key = f" of the same {', '.join(seed.key)}" if seed.key else ""
    for line, first, day in db.execute(
        f"select later.line, min(earlier.line), later.valid_from "
        f"from {quoted(seed.name)} as earlier join {quoted(seed.name)} as later "
        f"on {' and '.join([*alike, 'earlier.valid_from < later.valid_from'])} "
        f"and (earlier.valid_to is null or earlier.valid_to > later.valid_from) group by all"
    ).fetchall():
        expected = f"one row{of_one_key} on each day"
        found = f"two on {day}: this one and line {first}"
        yield line, "valid_from", expected, found, f"End line {first} by its valid_to, or begin later."


def unsteady_versions(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Rows of a version that are not valid together, and versions that overlap or leave a gap."""
    for versions in seed.versions:
        yield from _uneven(db, seed, versions)
        yield from _unconnected(db, seed, versions)


def _uneven(db: duckdb.DuckDBPyConnection, seed: Seed, versions: Versions) -> Iterator[Found]:
    columns = [quoted(column) for column in (*versions.of, versions.version)]
    same = " and ".join(f"earlier.{column} is not distinct from later.{column}" for column in columns)
    for line, first, valid_from, valid_to in db.execute(
        f"with firsts as (select min(line) as line from {quoted(seed.name)} group by {', '.join(columns)}) "
        f"select later.line, earlier.line, earlier.valid_from, earlier.valid_to "
        f"from firsts join {quoted(seed.name)} as earlier using (line) "
        f"join {quoted(seed.name)} as later on {same} "
        f"where later.valid_from <> earlier.valid_from or later.valid_to is distinct from earlier.valid_to"
    ).fetchall():
        expected = f"the days of its version, {_days(valid_from, valid_to)} as on line {first}"
        remedy = "Rules of one version are valid together: give the row these days, or a version of its own."
        yield line, "valid_from", expected, "others", remedy


def _unconnected(db: duckdb.DuckDBPyConnection, seed: Seed, versions: Versions) -> Iterator[Found]:
    of = ", ".join(quoted(column) for column in versions.of)
    version = quoted(versions.version)
    for line, number, begins, earlier, ended in db.execute(
        f"with versions as (select {of}, {version} as number, min(line) as line, min(valid_from) as begins, "
        f"case when bool_and(valid_to is not null) then max(valid_to) end as ends "
        f"from {quoted(seed.name)} group by all), "
        f"periods as (select *, lag(number) over others as earlier, lag(ends) over others as ended "
        f"from versions window others as (partition by {of} order by begins, number)) "
        f"select line, number, begins, earlier, ended from periods "
        f"where earlier is not null and ended is distinct from begins order by line"
    ).fetchall():
        what = "a gap" if ended is not None and ended < begins else "an overlap"
        found = f"{what}: version {earlier} {'does not end' if ended is None else f'ends on {ended}'}"
        expected = f"version {number}, which begins on {begins}, to follow version {earlier} on that day"
        yield line, "valid_from", expected, found, f"Give version {earlier} the valid_to {begins}."


def _days(valid_from: object, valid_to: object) -> str:
    return f"from {valid_from}" + ("" if valid_to is None else f" to {valid_to}")
