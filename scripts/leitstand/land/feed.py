"""Land one kept file: type its rows, insert the good ones, quarantine the others, and count them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from leitstand.contract import Entity
from leitstand.errors import BadInput, LeitstandError, Place, bad_input
from leitstand.land.feed_sql import TYPED, FeedSql
from leitstand.land.lake import KeptFile, Load
from leitstand.land.mapping import Feed
from leitstand.land.result import FileRecord
from leitstand.land.sql import identifier, literal


def land_file(
    db: duckdb.DuckDBPyConnection,
    load: Load,
    kept: KeptFile,
    folder: Path,
    contract: dict[str, Entity],
    label: str,
    max_quarantined_share: float,
) -> Iterator[FileRecord]:
    """Land every feed of one file from its kept Parquet in `folder`; `label` names the file in messages.

    Raises:
        BadInput: a larger share of a feed's rows than allowed cannot be typed.
    """
    for feed in kept.entry.feeds:
        entity = contract[feed.entity]
        sql = FeedSql(kept, feed, entity, folder / kept.parquet)
        db.execute(f"create or replace temp table {TYPED} as {sql.typed()}")
        read, faulty = _row(db, f"select count(*), count(*) filter (is_faulty) from {TYPED}")
        if faulty > max_quarantined_share * read:
            raise _too_many(db, sql, label, feed, (read, faulty), max_quarantined_share)
        landed = _insert(db, load, kept, entity, sql)
        (not_selected,), (empty,) = _row(db, sql.not_selected()), _row(db, sql.empty_cells())
        record = FileRecord(
            load_number=load.load_number,
            loaded_at=f"{load.loaded_at.isoformat()}Z",
            connection=kept.connection,
            entity=feed.entity,
            file_name=kept.file_name,
            file_hash=kept.file_hash,
            mapping_hash=kept.mapping_hash,
            lines_read=kept.lines,
            rows_not_selected=not_selected,
            cells_missing=empty,
            rows_read=read,
            rows_landed=landed,
            rows_quarantined=faulty,
        )
        _check_conservation(record, feed)
        yield record
    db.execute(f"drop table if exists {TYPED}")


def _insert(db: duckdb.DuckDBPyConnection, load: Load, kept: KeptFile, entity: Entity, sql: FeedSql) -> int:
    """Insert what can land and quarantine the rest; return how many rows landed."""
    at, number = f"{literal(load.loaded_at.isoformat())}::timestamp", load.load_number
    origin = f"{literal(kept.file_name)}, {literal(kept.file_hash)}"
    db.execute(
        f"insert into landing.quarantine select {number}, {at}, {literal(kept.connection)}, "
        f"{literal(entity.name)}, {origin}, * from ({sql.faults()}) order by line_number"
    )
    table = f"{identifier(f'raw_{kept.connection}')}.{identifier(entity.name)}"
    (landed,) = _row(
        db,
        f"insert into {table} select {sql.landed()}, {at}, {number}, {origin}, line_number "
        f"from {TYPED} where not is_faulty",
    )
    return int(landed)


def _too_many(
    db: duckdb.DuckDBPyConnection,
    sql: FeedSql,
    label: str,
    feed: Feed,
    counts: tuple[int, int],
    allowed: float,
) -> BadInput:
    read, faulty = counts
    rows, line, column, text, why = _row(
        db,
        "select count(*), min(line_number), column_name, first(raw_text order by line_number), reason "
        f"from ({sql.faults()}) group by column_name, reason order by count(*) desc, 2 limit 1",
    )
    found = f"{text!r}" if text else "nothing"
    return bad_input(
        Place(label, line, column),
        expected=f"at most {allowed:.1%} of the rows for {feed.entity} to be unusable",
        found=f"{faulty} of {read} ({faulty / read:.1%}); the most frequent reason, in {rows} rows: "
        f"{why}, found {found}",
        remedy="Mend the file or its mapping, or raise max_quarantined_share in leitstand.yml.",
    )


def _check_conservation(record: FileRecord, feed: Feed) -> None:
    """No row may get lost or doubled: a failure here is one of Leitstand's own."""
    width = len(feed.unpivot.columns) if feed.unpivot else 1
    meant = record.rows_not_selected + record.cells_missing + record.rows_read
    split = record.rows_landed + record.rows_quarantined
    if record.lines_read * width != meant or record.rows_read != split:
        raise LeitstandError(f"Expected every row read to land or be quarantined, found {record}.")


def _row(db: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = db.execute(query).fetchone()
    assert row is not None
    return row
