"""The files of an agreement as tables of an in-memory database: what was read, and the line it stands on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leitstand.definitions.schema import Seed
from leitstand.errors import BadInput, Place


@dataclass(frozen=True)
class Table:
    """One file as it stands: the names of its columns, and its rows by line; an empty cell is None."""

    file: Path
    columns: list[str]
    rows: list[tuple[int, list[str | None]]]


def read_table(file: Path) -> Table:
    """Read one file.

    Raises:
        BadInput: the file is not in UTF-8.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput(
            f"{Place(file, line)}: expected UTF-8, found the byte {error.object[error.start]:#04x}. "
            f"Save the file in UTF-8."
        ) from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        columns = next(reader, [])
        rows = [(reader.line_num, [cell or None for cell in row]) for row in reader if row]
    except csv.Error as error:
        raise BadInput(
            f"{Place(file, reader.line_num)}: expected comma-separated values, found {error}. "
            f"Close every quote, and double the quotes within one."
        ) from error
    return Table(file, columns, rows)


def load(db: duckdb.DuckDBPyConnection, seed: Seed, table: Table) -> None:
    """Make two tables of a file, with the `line` of each row: `<seed>_text` as written, and `<seed>` typed.

    A cell that is not of its type is null in the typed one.
    """
    names = [quoted(column) for column in table.columns]
    db.execute(f"create table {quoted(seed.name + '_text')} (line integer, {_list(names, 'varchar')})")
    cells = ", ".join(f"row[{place}]" for place in range(2, len(names) + 2))
    db.execute(
        f"insert into {quoted(seed.name + '_text')} select cast(row[1] as integer), {cells} "
        "from (select unnest(from_json(?, '[[\"varchar\"]]')) as row)",
        # one text: the driver looks at every value of a list by itself
        [json.dumps([[str(line), *cells] for line, cells in table.rows])],
    )
    typed = ", ".join(
        f"try_cast({quoted(column)} as {seed.types.get(column, 'varchar')}) as {quoted(column)}"
        for column in table.columns
    )
    db.execute(f"create table {quoted(seed.name)} as select line, {typed} from {quoted(seed.name + '_text')}")


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


def _list(names: Iterable[str], kind: str) -> str:
    return ", ".join(f"{name} {kind}" for name in names)
