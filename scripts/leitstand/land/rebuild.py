"""`leitstand rebuild`: the warehouse made again from the lake."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leitstand.config import Company
from leitstand.contract import load_contract
from leitstand.errors import BadInput, LeitstandError
from leitstand.land.agreement import check_entry
from leitstand.land.feed import land_file
from leitstand.land.lake import LOAD_FILE, Lake, Load
from leitstand.land.load import Progress, silent
from leitstand.land.result import FileRecord, LandResult
from leitstand.land.sql import literal
from leitstand.land.warehouse import (
    load_numbers,
    make_raw_table,
    open_for_landing,
    write_records,
)
from leitstand.warehouse import DamagedWarehouse, private_files


@private_files()
def rebuild(company: Company, *, progress: Progress = silent) -> LandResult:
    """Make a fresh warehouse from every load in the lake, beside the old one, and put it in its place.

    It holds the raw tables and what landing knows of them; the models are built again by the next build.

    Raises:
        BadInput: nothing has landed yet.
        LeitstandError: the warehouse is in use, or a load is missing in the lake.
    """
    lake = Lake(company.lake)
    committed = _close_old(company.warehouse, lake)
    numbers = lake.numbers()
    if not numbers and not committed:
        raise BadInput(f"{company.lake}: expected at least one load, found none. Run `leitstand land` first.")
    gaps = sorted(set(range(1, max(*numbers, *committed, 0) + 1)) - set(numbers))
    if gaps:
        raise LeitstandError(
            f"{lake.path(gaps[0])}: expected the kept files of load {gaps[0]}, found none. "
            f"Restore the folder from a backup; the warehouse is unchanged."
        )
    fresh = company.warehouse.with_name(f".{company.warehouse.name}.rebuild")
    _remove(fresh)
    records: list[FileRecord] = []
    try:
        with open_for_landing(fresh) as db:
            db.execute("begin")
            for number in numbers:
                progress(f"landing load {number} again")
                load = lake.read(number)
                again = _land_again(db, load, lake)
                write_records(db, load, again)
                records += again
            db.execute("commit")
            _keep_key(db, company.warehouse)
        company.warehouse.with_name(f"{company.warehouse.name}.wal").unlink(missing_ok=True)
        fresh.replace(company.warehouse)
    finally:
        _remove(fresh)
    return LandResult(load.load_number, f"{load.loaded_at.isoformat()}Z", tuple(records), ())


def _close_old(warehouse: Path, lake: Lake) -> set[int]:
    """Settle an interrupted load; return the loads of the old warehouse, none where it is damaged."""
    if not warehouse.exists():
        return set()
    try:
        with open_for_landing(warehouse) as db:
            committed = load_numbers(db)
    except DamagedWarehouse:
        return set()
    lake.settle(committed)
    return committed


def _keep_key(db: duckdb.DuckDBPyConnection, old: Path) -> None:
    """Take the key of the pseudonyms over from the old warehouse: without it every pseudonym would change."""
    try:
        db.execute(f"attach {literal(str(old))} as old_warehouse (read_only)")
    except duckdb.Error:  # there is none, or it is damaged
        return
    known = db.execute(
        "select count(*) from information_schema.tables "
        "where table_catalog = 'old_warehouse' and table_schema = 'keyring' and table_name = 'key_blocks'"
    ).fetchone()
    if known == (1,):
        db.execute("create schema keyring")
        db.execute("create table keyring.key_blocks as from old_warehouse.keyring.key_blocks")
    db.execute("detach old_warehouse")


def _land_again(db: duckdb.DuckDBPyConnection, load: Load, lake: Lake) -> list[FileRecord]:
    contract = load_contract()
    records: list[FileRecord] = []
    folder = lake.path(load.load_number)
    for kept in load.files:
        check_entry(db, kept.entry, contract, str(folder / LOAD_FILE))
        for feed in kept.entry.feeds:
            make_raw_table(db, kept.connection, contract[feed.entity])
        records += land_file(db, load, kept, folder, contract, kept.file_name, 1.0)
    return records


def _remove(database: Path) -> None:
    """Remove a DuckDB file and what DuckDB keeps beside it."""
    database.unlink(missing_ok=True)
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
