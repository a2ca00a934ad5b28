"""Does a mapping agree with the input contract, and with what `vars.yml` promises the models?"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from leitstand.contract import Column, Entity
from leitstand.errors import BadInput, Place, bad_input, nearest
from leitstand.land.mapping import ISO, ColumnSource, Feed, FileEntry, FormatKeys, Mapping
from leitstand.land.sql import literal
from leitstand.land.values import has_offset, mapped, parsed, reason, text_of, value


def check_entities(mapping: Mapping, promised: Iterable[str], connection: str, label: str) -> None:
    """Compare the entities that a mapping feeds with those of its connection in `vars.yml`."""
    fed = {feed.entity for entry in mapping.files for feed in entry.feeds}
    wanted = set(promised)
    if fed == wanted:
        return
    more, fewer = sorted(fed - wanted), sorted(wanted - fed)
    differences = [f"feeds {', '.join(more)} as well"] if more else []
    differences += [f"does not feed {', '.join(fewer)}"] if fewer else []
    raise bad_input(
        Place(label),
        expected=f"the entities of the connection {connection!r} in vars.yml: {', '.join(sorted(wanted))}",
        found=f"a mapping that {' and '.join(differences)}",
        remedy="Make 'entities' in vars.yml and the feeds of the mapping the same.",
    )


def check_entry(
    db: duckdb.DuckDBPyConnection, entry: FileEntry, contract: dict[str, Entity], label: str
) -> None:
    """Compare one entry with the contract.

    Raises:
        BadInput: an entity, target, format, time zone, constant or mapped value is not known or not possible.
    """
    where = f"{label}, file {entry.file!r}"
    try:
        db.execute("select timezone(?, timestamp '2000-01-01')", [entry.timezone])
    except duckdb.Error:
        raise bad_input(
            where,
            expected="a time zone such as Europe/Berlin",
            found=repr(entry.timezone),
            remedy="Mend 'timezone'.",
        ) from None
    _check_formats(db, entry.dates, is_date=True, where=f"{where}, dates")
    _check_formats(db, entry.instants, is_date=False, where=f"{where}, instants")
    for feed in entry.feeds:
        if feed.entity not in contract:
            raise bad_input(
                where,
                expected=f"an entity of the contract: {', '.join(contract)}",
                found=f"{feed.entity!r}{nearest(feed.entity, contract)}",
                remedy="Mend the entity.",
            )
        _check_feed(db, feed, entry, contract[feed.entity], f"{where}, {feed.entity}")


def _check_feed(
    db: duckdb.DuckDBPyConnection, feed: Feed, entry: FileEntry, entity: Entity, where: str
) -> None:
    for target in feed.targets:
        if target not in entity.mapped:
            derived = any(c.name == target for c in entity.columns)
            raise bad_input(
                where,
                expected=f"target columns of {entity.name}: {', '.join(entity.mapped)}",
                found=f"{target!r}, which landing sets itself"
                if derived
                else f"{target!r}{nearest(target, entity.mapped)}",
                remedy="Remove it." if derived else "Mend the target.",
            )
        if feed.targets.count(target) > 1:
            raise bad_input(
                where,
                expected="each target fed once",
                found=f"{target!r} twice, by 'unpivot' and again",
                remedy="Remove one of them.",
            )
    for column in entity.mapped.values():
        if column.required and column.name not in feed.targets:
            raise bad_input(
                where,
                expected=f"the required target {column.name!r}",
                found=f"only {', '.join(feed.targets)}",
                remedy="Map it to a column of the file or to a constant.",
            )
    for target, source in feed.columns.items():
        _check_source(db, entity.mapped[target], source, entry, f"{where}.{target}")


def _check_source(
    db: duckdb.DuckDBPyConnection, column: Column, source: ColumnSource, entry: FileEntry, where: str
) -> None:
    formats: FormatKeys = entry
    if source.columns and column.data_type != "varchar":
        raise bad_input(
            where,
            expected=f"one column for a {column.data_type}",
            found=f"{len(source.columns)} that would be joined",
            remedy="Name one column.",
        )
    if source.formats:
        if column.data_type not in ("date", "timestamp"):
            raise bad_input(
                where,
                expected="formats for dates and instants only",
                found=f"formats for a {column.data_type}",
                remedy="Remove 'formats'.",
            )
        _check_formats(db, source.formats, is_date=column.data_type == "date", where=where)
        formats = entry.model_copy(update={"dates": source.formats, "instants": source.formats})
    texts = list((source.values or {}).values()) if source.constant is None else [source.constant]
    for text in texts:
        if (text.strip() or source.constant is not None) and (fault := _fault(db, column, text, formats)):
            raise bad_input(where, expected=fault, found=repr(text), remedy="Mend the value in the mapping.")


def _fault(db: duckdb.DuckDBPyConnection, column: Column, text: str, formats: FormatKeys) -> str | None:
    """Why a text of the mapping could not land in a column; None where it can."""
    source = ColumnSource(constant=text)
    why = reason(column, source, formats, fed=set())
    if why is None:
        return None
    name = column.name
    steps = parsed(column, f"text_{name}", formats).items()
    row = db.execute(f"""
        with texts as (select {mapped(text_of(literal(text), ()), source)} as text_{name}),
        parsed as (select *, {", ".join(f"{sql} as {prefix}{name}" for prefix, sql in steps)} from texts),
        typed as (select *, {", ".join(f"{sql} as {n}" for n, sql in value(column).items())} from parsed)
        select {why} from typed
    """).fetchone()
    return None if row is None or row[0] is None else str(row[0]).removeprefix("expected ")


def _check_formats(
    db: duckdb.DuckDBPyConnection, formats: Iterable[str], *, is_date: bool, where: str
) -> None:
    for fmt in formats:
        if fmt == ISO and not is_date:
            continue
        if is_date and (fmt == ISO or has_offset(fmt)):
            raise _bad_format(where, fmt, "a format of a day without an offset, such as %d.%m.%Y")
        try:
            db.execute("select try_strptime('', ?)", [fmt])
        except duckdb.Error:
            raise _bad_format(where, fmt, "a format such as %d.%m.%Y") from None
        if "%" not in fmt:
            raise _bad_format(where, fmt, "a format such as %d.%m.%Y")


def _bad_format(where: str, fmt: str, expected: str) -> BadInput:
    return bad_input(where, expected=expected, found=repr(fmt), remedy="Mend the format.")
