"""The warehouse file, opened with one clear message where that cannot be, and closed to other users."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from leitstand.errors import LeitstandError

# Of DuckDB's storage formats the one that writes long texts fastest; what a file is made with, it keeps.
_STORAGE = "v1.5.0"


class DamagedWarehouse(LeitstandError):
    """The warehouse file is there, but is no DuckDB file that can be opened."""


@contextmanager
def private_files() -> Iterator[None]:
    """Files made meanwhile are their owner's alone: raw records and what is made of them name people."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def open_warehouse(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse in UTC.

    Raises:
        LeitstandError: another process holds it.
        DamagedWarehouse: the file cannot be opened.
    """
    if not read_only and path.exists():
        path.chmod(0o600)
    try:
        if not read_only and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}).close()
        db = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        if "lock" in str(error):
            raise LeitstandError(
                f"{path}: expected to be the only one who opens it, found another process that has it open. "
                f"Close it and run the command again."
            ) from error
        raise DamagedWarehouse(
            f"{path}: expected a DuckDB file, found one that cannot be opened. Run `leitstand rebuild`."
        ) from error
    try:
        # for its cursors, too
        db.execute("set global timezone = 'UTC'")
        yield db
    finally:
        db.close()
