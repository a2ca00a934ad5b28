"""Everything that is wrong with an agreement, each with its file and line, before a build reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leitstand.config import Company
from leitstand.definitions import credit, periods, references, rules
from leitstand.definitions.files import Table, load, quoted, read_table
from leitstand.definitions.schema import PATTERN, REFERENCE, Seed, read_seeds
from leitstand.errors import BadInput, Place, nearest

_KINDS = {"integer": "a whole number", "bigint": "a whole number", "date": "a day such as 2026-01-31"}
_KINDS |= {"boolean": "true or false", "double": "a number", "double precision": "a number"}
_KINDS |= {"decimal": "a number", "numeric": "a number", "time": "a time such as 09:00"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the agreement, and what to do about it."""

    file: str
    line: int | None
    column: str | None
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = Place(self.file, self.line, self.column)
        return f"{place}: expected {self.expected}, found {self.found}. {self.remedy}"


def check_definitions(company: Company) -> None:
    """Stop where anything is wrong with the agreement.

    Raises:
        BadInput: names every fault with file, line, what was expected and found, and the remedy.
    """
    refuse(find_faults(company), company.definitions)


def refuse(faults: list[Fault], definitions: Path) -> None:
    """Stop where there are faults.

    Raises:
        BadInput: names every fault, and the folder where there are several.
    """
    if len(faults) == 1:
        raise BadInput(str(faults[0]))
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise BadInput(f"{definitions}: {len(faults)} things are wrong with the agreement:\n{listed}")


def find_faults(company: Company) -> list[Fault]:
    """All faults, by file and line.

    Raises:
        BadInput: a file is not in UTF-8.
    """
    seeds = read_seeds()
    faults: list[Fault] = []
    # the files are small: a second thread would only wait
    with duckdb.connect(config={"threads": 1}) as db:
        loaded: dict[str, Seed] = {}
        for pattern in sorted(PATTERN.glob("*.csv")):
            seed, file = seeds[pattern.stem], company.definitions / pattern.name
            table, wrong = _read(pattern, file)
            faults += wrong
            if table is not None:
                load(db, seed, table)
                loaded[seed.name] = seed
        for file in sorted(REFERENCE.glob("*.csv")):
            if file.stem in seeds:
                load(db, seeds[file.stem], read_table(file))
        for name, seed in loaded.items():
            place = str(company.definitions / f"{name}.csv")
            connections = [connection.name for connection in company.vars.connections]
            for line, column, *words in _faults_of(db, seed, connections):
                faults.append(Fault(place, line, column, *words))
        place = str(company.definitions / "responsibilities.csv")
        files = sorted(file.stem for file in PATTERN.glob("*.csv"))
        faults += [Fault(place, None, *words) for words in references.without_owner(db, loaded, files)]
    return sorted(
        set(faults), key=lambda fault: (fault.file, fault.line or 0, fault.column or "", fault.expected)
    )


Found = tuple[int | None, str | None, str, str, str]
"""Line, column, what was expected, what was found, and the remedy."""


def _faults_of(db: duckdb.DuckDBPyConnection, seed: Seed, connections: list[str]) -> Iterator[Found]:
    mistyped = list(_mistyped(db, seed))
    yield from mistyped
    lines = [line for line, *_ in mistyped]
    yield from _empty(db, seed)
    yield from _broken_rules(db, seed, lines)
    yield from _repeated(db, seed)
    yield from _disagreeing(db, seed)
    yield from references.unknown_words(db, seed)
    yield from references.unknown_connections(db, seed, connections)
    yield from rules.unfit_rules(db, seed)
    yield from credit.unfit_models(db, seed)
    yield from periods.overlaps(db, seed)
    yield from periods.unsteady_versions(db, seed)


def _read(pattern: Path, file: Path) -> tuple[Table | None, list[Fault]]:
    """The file, or None and why it cannot be read."""
    if not file.is_file():
        remedy = f"Copy it from {PATTERN}, or restore it."
        return None, [Fault(str(file), None, None, "a file", "none", remedy)]
    wanted, table = read_table(pattern).columns, read_table(file)
    if table.columns != wanted:
        odd = next((name for name in table.columns if name not in wanted), None)
        hint = nearest(odd, wanted) if odd else ""
        remedy = "Give the columns these names in this order, separated by commas."
        return None, [Fault(str(file), 1, None, ",".join(wanted), ",".join(table.columns) + hint, remedy)]
    uneven = [
        Fault(
            str(file),
            line,
            None,
            f"{len(wanted)} cells",
            str(len(cells)),
            'Put a text that holds a comma in quotes ("), and write every cell, empty ones too.',
        )
        for line, cells in table.rows
        if len(cells) != len(wanted)
    ]
    even = [(line, cells) for line, cells in table.rows if len(cells) == len(wanted)]
    return Table(file, table.columns, even), uneven


def _mistyped(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Cells that are not of the type of their column."""
    wrong = {}
    for column, kind in seed.types.items():
        cell, written = f"typed.{quoted(column)}", f"written.{quoted(column)}"
        wrong[column] = f"{written} is not null and {cell} is null"
        if kind in ("integer", "bigint"):
            wrong[column] += f" or not regexp_full_match({written}, '-?[0-9]+')"
        if kind == "boolean":
            wrong[column] = f"lower({written}) not in ('true', 'false')"
    both = f"{quoted(seed.name + '_text')} as written join {quoted(seed.name)} as typed using (line)"
    for line, column, found in _cells(db, both, wrong, "written"):
        kind = seed.types[column].split("(")[0]
        yield line, column, _KINDS.get(kind, kind), repr(found), "Correct the cell."


def _empty(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Cells without a value where there must be one."""
    empty = {column: f"{quoted(column)} is null" for column in seed.not_null}
    table = seed.name + "_text"
    for line, column, _ in _cells(db, quoted(table), empty, table):
        yield line, column, "a value", "none", "Fill the cell."


def _cells(
    db: duckdb.DuckDBPyConnection, source: str, conditions: dict[str, str], alias: str
) -> list[tuple[int, str, str | None]]:
    """Line, column and text of the cells for which the condition of their column holds."""
    parts = [
        f"select line, '{column}', {quoted(alias)}.{quoted(column)} from {source} where {condition}"
        for column, condition in conditions.items()
    ]
    return db.execute(" union all ".join(parts)).fetchall() if parts else []


def _broken_rules(db: duckdb.DuckDBPyConnection, seed: Seed, mistyped: list[int | None]) -> Iterator[Found]:
    """Rows that break a rule of their file; a row with a mistyped cell has its fault already."""
    name = quoted(seed.name)
    for rule, condition in seed.rules.items():
        broken = db.execute(f"select line, {name} from {name} where not coalesce(({condition}), false)")
        for line, row in broken.fetchall():
            if line in mistyped:
                continue
            named = [f"{name}={row[name]}" for name in seed.types if name in condition and name in row]
            yield line, None, f"that {rule}", " and ".join(named) or "otherwise", "Correct the row."


def _repeated(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Rows whose key stands on an earlier line."""
    if not seed.unique:
        return
    key = ", ".join(quoted(column) for column in seed.unique)
    for line, first in db.execute(
        f"select line, min(line) over (partition by {key}) as first_line from {quoted(seed.name)} "
        f"qualify line > first_line"
    ).fetchall():
        yield (
            line,
            None,
            f"each {', '.join(seed.unique)} once",
            f"the same as on line {first}",
            "Remove one, or end one before the other begins.",
        )


def _disagreeing(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[Found]:
    """Rows of one group that ought to have the value of the first, and do not."""
    for columns, column in seed.agreeing:
        same = " and ".join(f"other.{quoted(c)} is not distinct from first.{quoted(c)}" for c in columns)
        group = ", ".join(quoted(c) for c in columns)
        for line, first, wanted, found in db.execute(
            f"with firsts as (select min(line) as line from {quoted(seed.name)} group by {group}) "
            f"select other.line, first.line, first.{quoted(column)}, other.{quoted(column)} "
            f"from firsts join {quoted(seed.name)} as first using (line) "
            f"join {quoted(seed.name)} as other on {same} "
            f"where other.{quoted(column)} is distinct from first.{quoted(column)}"
        ).fetchall():
            expected = f"{_or_none(wanted)}, as on line {first} of the same {', '.join(columns)}"
            yield line, column, expected, _or_none(found), "Give all rows of the group one value."


def _or_none(value: object) -> str:
    return "none" if value is None else str(value)
