"""`leitstand land`: all new files of a company become one load, or nothing changes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import duckdb

from leitstand.config import Company
from leitstand.contract import load_contract
from leitstand.errors import BadInput, LeitstandError, nearest
from leitstand.land.agreement import check_entities, check_entry
from leitstand.land.conflicts import check_constants, check_keys, check_not_empty
from leitstand.land.exports import Export, find_exports
from leitstand.land.feed import land_file
from leitstand.land.keep import keep
from leitstand.land.lake import KeptFile, Lake, Load
from leitstand.land.mapping import Mapping, read_mapping
from leitstand.land.result import FileRecord, LandResult, SkippedFile
from leitstand.land.warehouse import load_numbers, make_raw_table, open_for_landing, write_records
from leitstand.warehouse import private_files

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Show nothing."""


@private_files()
def land(
    company: Company, *, progress: Progress = silent, connections: list[str] | None = None
) -> LandResult:
    """Land the new files of all connections, or of those named, as one load.

    Files whose content has landed before by the same mapping are skipped; where nothing is new, no load is
    written.

    Raises:
        BadInput: a mapping or a file is wrong; nothing has changed.
        LeitstandError: the warehouse is in use, or lags behind the lake.
    """
    mappings = read_mappings(company, connections)
    exports = [e for name, mapping in mappings.items() for e in find_exports(company, name, mapping)]
    lake = Lake(company.lake)
    if lake.numbers() and not company.warehouse.exists():
        raise _lake_ahead(company)
    with open_for_landing(company.warehouse) as db:
        committed = load_numbers(db)
        lake.settle(committed)
        if set(lake.numbers()) - committed:
            raise _lake_ahead(company)
        new, skipped = _split(db, exports)
        try:
            load = Load(
                load_number=max(committed, default=0) + 1,
                loaded_at=_now(company),
                files=_keep_all(db, new, lake, progress),
            )
            check_not_empty(db, list(zip(new, load.files, strict=True)))
            db.execute("begin")
            _make_raw_tables(db, mappings)
            records = _land_all(db, company, load, new, lake, progress)
            if new:
                write_records(db, load, records)
                lake.put(load)
            commit(db)
        except BaseException:
            with suppress(duckdb.TransactionException):  # none is open before the rows are landed
                db.rollback()
            lake.settle(load_numbers(db))
            raise
        if not new:
            return LandResult(None, None, (), skipped)
        lake.confirm(load.load_number)
    return LandResult(load.load_number, f"{load.loaded_at.isoformat()}Z", tuple(records), skipped)


def read_mappings(company: Company, connections: list[str] | None = None) -> dict[str, Mapping]:
    """The mappings of all connections, or of those named, checked against the contract and `vars.yml`."""
    promised = {c.name: c.entities for c in company.vars.connections}
    known, contract = company.settings.connections, load_contract()
    mappings = {}
    with duckdb.connect() as db:
        for name in known if connections is None else connections:
            if name not in known:
                raise BadInput(
                    f"leitstand.yml: expected one of the connections {', '.join(known)}, "
                    f"found {name!r}{nearest(name, known)}. Name one that is there."
                )
            label = str(company.settings.connections[name].mapping)
            mapping = read_mapping(company.mapping_file(name), label)
            for entry in mapping.files:
                check_entry(db, entry, contract, label)
            check_entities(mapping, promised[name], name, label)
            mappings[name] = mapping
    return mappings


def commit(db: duckdb.DuckDBPyConnection) -> None:
    """The one moment at which a load takes effect."""
    db.execute("commit")


def _make_raw_tables(db: duckdb.DuckDBPyConnection, mappings: dict[str, Mapping]) -> None:
    """Make the raw tables of every entity that the mappings feed."""
    contract = load_contract()
    fed = {(name, f.entity) for name, m in mappings.items() for e in m.files for f in e.feeds}
    for connection, entity in sorted(fed):
        make_raw_table(db, connection, contract[entity])


def _split(
    db: duckdb.DuckDBPyConnection, exports: Sequence[Export]
) -> tuple[list[Export], tuple[SkippedFile, ...]]:
    """Tell new files from those whose content is the last that landed under their name.

    A file under a new name is new unless its content has landed under another.
    """
    rows = db.execute(
        "select connection, file_name, file_hash, mapping_hash from landing.files order by load_number"
    ).fetchall()
    last = {(connection, name): content for connection, name, *content in rows}
    seen = {(connection, *content) for connection, _, *content in rows}
    new, skipped = [], []
    for export in exports:
        content = [export.content_hash(), export.entry.digest]
        whole = (export.connection, *content)
        before = last.get((export.connection, export.name))
        if before == content or (before is None and whole in seen):
            skipped.append(SkippedFile(export.connection, export.name, content[0]))
        else:
            new.append(export)
        seen.add(whole)
    return new, tuple(skipped)


def _keep_all(
    db: duckdb.DuckDBPyConnection, exports: Sequence[Export], lake: Lake, progress: Progress
) -> tuple[KeptFile, ...]:
    """Check the structure of all files and keep them; the first fault is told, the others are counted."""
    if not exports:
        return ()
    folder, kept, faults = lake.begin(), [], []
    for number, export in enumerate(exports, 1):
        progress(f"reading {export.label}")
        try:
            kept.append(keep(db, export, folder, f"{export.connection}-{number:04d}.parquet"))
        except BadInput as fault:
            faults.append(fault)
    if faults:
        more = f" ({len(faults) - 1} more files are at fault.)" if len(faults) > 1 else ""
        raise BadInput(f"{faults[0]}{more}") from faults[0]
    return tuple(kept)


def _land_all(
    db: duckdb.DuckDBPyConnection,
    company: Company,
    load: Load,
    exports: Sequence[Export],
    lake: Lake,
    progress: Progress,
) -> list[FileRecord]:
    """Land all files of a load in the open transaction, and look for contradictions between them."""
    contract = load_contract()
    records: list[FileRecord] = []
    for export, kept in zip(exports, load.files, strict=True):
        progress(f"landing {export.label}")
        share = company.settings.max_quarantined_share
        records += land_file(db, load, kept, lake.draft, contract, export.label, share)
    files = Counter((c, e) for c, e, _ in {(r.connection, r.entity, r.file_name) for r in records})
    for (connection, entity), count in sorted(files.items()):
        labels = {e.name: e.label for e in exports if e.connection == connection}
        if count > 1 or contract[entity].key != ("source_id",):
            check_keys(db, connection, contract[entity], load.load_number, labels)
        check_constants(db, connection, contract[entity], load.load_number, labels)
    return records


def _lake_ahead(company: Company) -> LeitstandError:
    return LeitstandError(
        f"{company.warehouse}: expected all loads that {company.lake} keeps, found fewer. "
        f"Run `leitstand rebuild` to make the warehouse from them."
    )


def _now(company: Company) -> dt.datetime:
    """The load time as naive UTC."""
    time = company.settings.load_time or dt.datetime.now(dt.UTC).replace(microsecond=0)
    return time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time
