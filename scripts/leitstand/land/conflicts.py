"""Contradictions that show only when a load's rows stand together, or beside those of earlier loads."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leitstand.contract import Column, Entity
from leitstand.errors import Place, bad_input
from leitstand.land.exports import Export, belongs
from leitstand.land.lake import KeptFile
from leitstand.land.sql import identifier


def check_not_empty(db: duckdb.DuckDBPyConnection, files: Sequence[tuple[Export, KeptFile]]) -> None:
    """A file with a header only, where the file or its pattern had rows in an earlier load, is refused.

    Raises:
        BadInput: it was full and is empty now.
    """
    for export, kept in files:
        if kept.lines:
            continue
        mates = [k for e, k in files if e.connection == kept.connection and e.entry is export.entry]
        earlier = db.execute(
            "select load_number, file_name, max(lines_read) from landing.files where connection = ? "
            "group by all order by load_number desc, file_name",
            [kept.connection],
        ).fetchall()
        same = [row for row in earlier if row[1] == kept.file_name]
        if not same and not any(k.lines for k in mates):
            same = [row for row in earlier if belongs(row[1], export.entry)]
        rows = sum(row[2] for row in same if row[0] == same[0][0])
        if rows:
            raise bad_input(
                Place(export.label, 1),
                expected=f"rows below the header, as in load {same[0][0]}, which had {rows}",
                found="none: full then, empty now",
                remedy="Export the file again; if it is truly empty, take it out of the folder.",
            )


def check_keys(
    db: duckdb.DuckDBPyConnection, connection: str, entity: Entity, load: int, labels: dict[str, str]
) -> None:
    """One business key must not have two contents in two files of one load.

    Within one file a later line supersedes a record that has an id of its own; where the key is made of
    columns (spend, rates …) two contents are a finer breakdown than the contract's, and are refused.

    Raises:
        BadInput: it has; the message names both lines and the first column that differs.
    """
    by_line = "line_number" if entity.key != ("source_id",) else "0"
    keys = ", ".join(identifier(key) for key in entity.key)
    content = [c.name for c in entity.columns if not c.bookkeeping]
    columns = ", ".join(map(identifier, content))
    table = _table(connection, entity)
    conflict = db.execute(f"""
        with last_rows as (
            select hash({keys}) as key, hash(file_name, {by_line}) as file, max(line_number) as line,
                arg_max(hash({columns}), line_number) as content
            from {table} where load_number = {load} group by all
        )
        select key from last_rows
        group by key having min(content) <> max(content) order by min(line), key limit 1
    """).fetchone()
    if conflict is None:
        return
    found = db.execute(
        f"select file_name, line_number, {columns} from {table} "
        f"where load_number = ? and hash({keys}) = ? order by line_number",
        [load, conflict[0]],
    ).fetchall()
    last = {
        (file, line if by_line == "line_number" else 0): (file, line, dict(zip(content, row, strict=True)))
        for file, line, *row in found
    }
    (one, line, a), *others = sorted(last.values(), key=lambda row: str(row[0]))
    different = next((row for row in others if row[2] != a), None)
    if different is None:  # one line fed the key twice
        return
    other, other_line, b = different
    column = next(c for c in content if a[c] != b[c])
    key = ", ".join(f"{k} {a[k]}" for k in entity.key)
    raise bad_input(
        Place(labels[other], other_line, column),
        expected=f"what {labels[one]}, line {line}, says of the same key ({key}): {_show(a[column])}",
        found=_show(b[column]),
        remedy="Keep one of the two, add them up, or land the older file first: a later load supersedes.",
    )


def check_constants(
    db: duckdb.DuckDBPyConnection,
    connection: str,
    entity: Entity,
    load: int,
    labels: dict[str, str],
) -> None:
    """A value that is constant per something, such as the currency of an account, must not change.

    Raises:
        BadInput: it does, within the load or against rows that landed earlier.
    """
    for column in entity.columns:
        if column.constant_per:
            _check_constant(db, connection, entity, column, load, labels)


def _check_constant(
    db: duckdb.DuckDBPyConnection,
    connection: str,
    entity: Entity,
    column: Column,
    load: int,
    labels: dict[str, str],
) -> None:
    per = ", ".join(identifier(name) for name in column.constant_per)
    order = "{number: load_number, file: file_name, line: line_number}"
    name, table = identifier(column.name), _table(connection, entity)
    change = db.execute(f"""
        with first_rows as (
            select {per}, arg_min({name}, {order}) as was, min({order}) as seen from {table} group by all
        )
        select file_name, line_number, {name}, was, seen.file, seen.line, [{per}]
        from {table} inner join first_rows using ({per})
        where load_number = {load} and {name} is distinct from was
        order by file_name, line_number limit 1
    """).fetchone()
    if change is None:
        return
    file, line, now, was, first_file, first_line, values = change
    what = ", ".join(f"{k} {v}" for k, v in zip(column.constant_per, values, strict=True))
    raise bad_input(
        Place(labels[file], line, column.name),
        expected=f"{_show(was)} for {what}, as in {labels.get(first_file, first_file)}, line {first_line}",
        found=_show(now),
        remedy=f"Mend the {column.name}, or give what has changed a new {column.constant_per[-1]}.",
    )


def _table(connection: str, entity: Entity) -> str:
    return f"{identifier(f'raw_{connection}')}.{identifier(entity.name)}"


def _show(value: object) -> str:
    return "nothing" if value is None else repr(str(value))
