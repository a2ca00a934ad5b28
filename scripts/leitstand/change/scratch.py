"""A scratch company: other definitions or other models on a copy of the warehouse, gone when it is done."""

from __future__ import annotations

import fcntl
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leitstand.config import Company
from leitstand.errors import BadInput, nearest
from leitstand.warehouse import open_warehouse

_PREFIX = "leitstand-scratch-"
_ROOM = 2
"""The copy, and as much again for what is built anew in it."""


@contextmanager
def scratch_company(company: Company, definitions: Path) -> Iterator[Company]:
    """A company in a temporary folder: the settings of one, its warehouse as a copy, and these definitions.

    A copy, not the warehouse attached: who reads a DuckDB file keeps its writer out, and a build takes
    minutes.

    Raises:
        BadInput: the temporary folder has no room for the copy.
    """
    with scratch_folder() as folder:
        _check_room(company.warehouse, folder)
        settings = company.settings.model_copy(update={"definitions": definitions.resolve()})
        scratch = Company(folder, settings, company.vars)
        _copy(company.warehouse, scratch.warehouse)
        yield scratch


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder that only its owner can read, gone afterwards, also where the process is ended.

    What a killed process left is removed by the next one: its lock is free.
    """
    _remove_left_over()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    former = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, former)


def _remove_left_over() -> None:
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/.lock"):
        try:
            with file.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(file.parent, ignore_errors=True)
        except OSError:
            continue  # another process is at work in it, or another user owns it


def merge_definitions(company: Company, other: Path, into: Path) -> dict[Path, Path]:
    """Put another agreement together: the files of one folder, the company's where it has none.

    Returns:
        The file that each of them was copied from.

    Raises:
        BadInput: the folder has no definitions, or a file that no company has.
    """
    files = {file.name: file for file in company.definitions.glob("*.csv")}
    others = {file.name: file for file in other.glob("*.csv")}
    if not others:
        raise BadInput(
            f"{other}: expected a folder with at least one definition file, found no CSV file. Name another."
        )
    strangers = sorted(set(others) - set(files))
    if strangers:
        raise BadInput(
            f"{others[strangers[0]]}: expected a file that {company.definitions} has too, found none of that "
            f"name{nearest(strangers[0], files)}. Rename or remove it."
        )
    into.mkdir(parents=True, exist_ok=True)
    sources = {}
    for name, file in {**files, **others}.items():
        shutil.copyfile(file, into / name)
        sources[into / name] = file
    return sources


def _check_room(warehouse: Path, folder: Path) -> None:
    needed, free = _ROOM * warehouse.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        raise BadInput(
            f"{folder.parent}: expected {needed / 1e9:.1f} GB of free space for a copy of the warehouse, "
            f"found {free / 1e9:.1f} GB. Name a folder with more of it in the variable TMPDIR."
        )


def _copy(warehouse: Path, copy: Path) -> None:
    """Copy the file while it is held open for reading: nobody writes meanwhile."""
    copy.parent.mkdir(parents=True)
    with open_warehouse(warehouse, read_only=True):
        for suffix in ("", ".wal"):
            source = warehouse.with_name(warehouse.name + suffix)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + suffix))
