"""From a file as it arrives to a kept Parquet: every value as text, and the line on which its row begins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leitstand.errors import BadInput, Place, bad_input
from leitstand.land.diagnosis import diagnose, read_header
from leitstand.land.exports import Export
from leitstand.land.header import check_header, check_one_kind, clean_header
from leitstand.land.lake import KeptFile
from leitstand.land.sql import identifier, kept_rows, literal, one_file, positions
from leitstand.land.text import Text, checked_copy

_CHUNK = 1 << 22


@dataclass(frozen=True)
class _Content:
    """What was found in a file."""

    file_hash: str
    header: tuple[str, ...]
    native: tuple[str, ...]
    lines: int


def keep(db: duckdb.DuckDBPyConnection, export: Export, folder: Path, name: str) -> KeptFile:
    """Check the structure of one file and write it as `<folder>/<name>`.

    Raises:
        BadInput: encoding, columns or lines are not what the mapping says.
    """
    copy = folder / "copy.tmp"
    try:
        read = _keep_parquet if export.is_parquet else _keep_text
        content = read(db, export, copy, folder / name)
    finally:
        copy.unlink(missing_ok=True)
    return KeptFile(
        connection=export.connection,
        file_name=export.name,
        file_hash=content.file_hash,
        mapping_hash=export.entry.digest,
        parquet=name,
        lines=content.lines,
        header=content.header,
        native=content.native,
        entry=export.entry,
    )


def _keep_text(db: duckdb.DuckDBPyConnection, export: Export, copy: Path, target: Path) -> _Content:
    delimiter, label = export.delimiter, export.label
    text = checked_copy(export.path, copy, export.entry.encoding, delimiter, label)
    written, header_lines = read_header(text.path, delimiter, label)
    header = clean_header(written)
    check_header(header, export.entry, delimiter, label)
    try:
        last_line = _copy_csv(db, text, header, header_lines, delimiter, target)
    except duckdb.Error as error:
        summary = " ".join(str(error).split("\n")[:2])
        raise diagnose(text.path, header, delimiter, label) or _unread(label, summary) from None
    if last_line != text.lines:
        found = f"rows that end at line {last_line} of {text.lines}"
        raise diagnose(text.path, header, delimiter, label) or _unread(label, found)
    return _Content(text.file_hash, header, (), _count(db, target))


def _copy_csv(
    db: duckdb.DuckDBPyConnection,
    text: Text,
    header: tuple[str, ...],
    header_lines: int,
    delimiter: str,
    target: Path,
) -> int:
    """Write the rows as Parquet; return the line on which the last row ends."""
    places = positions(len(header))
    columns = ", ".join(f"{place}: 'varchar'" for place in places)
    breaks = "0"
    if text.has_quotes:
        each = [f"coalesce(strlen({p}) - strlen(replace({p}, chr(10), '')), 0)" for p in places]
        some = f"contains(concat({', '.join(places)}), chr(10))"
        breaks = f"case when {some} then {' + '.join(each)} else 0 end"
    before = "coalesce(sum(breaks) over (rows between unbounded preceding and 1 preceding), 0)"
    line = f"{header_lines} + row_number() over ()" + (f" + {before}" if text.has_quotes else "")
    db.execute(f"""
        copy (
            select {_named(header)}, ({line})::bigint as line_number
            from (
                select *, {breaks} as breaks
                from read_csv(
                    {one_file(text.path)}, columns = {{{columns}}}, auto_detect = false, header = true,
                    delim = {literal(delimiter)}, quote = '"', escape = '"', new_line = '\\n',
                    strict_mode = true, null_padding = false
                )
            )
        ) to {literal(target)} (format parquet, compression zstd)
    """)
    row = db.execute(
        f"select line_number + {breaks} from {kept_rows(target, len(header))} "
        f"where line_number = (select max(line_number) from {kept_rows(target, len(header))})"
    ).fetchone()
    return int(row[0]) if row else header_lines


def _keep_parquet(db: duckdb.DuckDBPyConnection, export: Export, copy: Path, target: Path) -> _Content:
    digest = hashlib.sha256()
    with export.path.open("rb") as original, copy.open("wb") as snapshot:
        while chunk := original.read(_CHUNK):
            digest.update(chunk)
            snapshot.write(chunk)
    source = f"read_parquet({one_file(copy)}, hive_partitioning = false)"
    try:
        described = db.execute(f"describe select * from {source}").fetchall()
        header = clean_header([name for name, *_ in described])
        check_header(header, export.entry, None, export.label)
        places = positions(len(header))
        texts = ", ".join(f"{p}::varchar as {p}" for p in places)
        db.execute(f"""
            copy (
                select {_named(header)}, row_number() over () as line_number
                from (select {texts} from {source} as file({", ".join(places)}))
            ) to {literal(target)} (format parquet, compression zstd)
        """)
    except duckdb.Error as error:
        raise bad_input(
            Place(export.label),
            expected="a Parquet file",
            found=f"none that can be read ({str(error).splitlines()[0]})",
            remedy="Export it again.",
        ) from None
    native = tuple(n for n, d in zip(header, described, strict=True) if d[1] != "VARCHAR")
    check_one_kind(native, export.entry, export.label)
    return _Content(digest.hexdigest(), header, native, _count(db, target))


def _named(header: tuple[str, ...]) -> str:
    """The columns by place under their own names, for the people who open the kept file."""
    return ", ".join(
        f"{place} as {identifier(name or f'column_{number}')}"
        for number, (place, name) in enumerate(zip(positions(len(header)), header, strict=True), 1)
    )


def _count(db: duckdb.DuckDBPyConnection, parquet: Path) -> int:
    row = db.execute(f"select count(*) from read_parquet({one_file(parquet)})").fetchone()
    assert row is not None
    return int(row[0])


def _unread(label: str, found: str) -> BadInput:
    return bad_input(
        Place(label),
        expected="rows with one value for each column",
        found=found,
        remedy="Export the file again; a single row may hold 2 MB at most.",
    )
