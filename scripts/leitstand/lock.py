"""One run of a company at a time: a lock that the system itself lets go when its process ends."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leitstand.config import Company
from leitstand.errors import LeitstandError

_held: set[Path] = set()


@contextmanager
def only_one(company: Company, command: str) -> Iterator[None]:
    """Keep other runs of this company out; steps of a run that holds the lock pass.

    What stands in the file is for the message only: a lock of a process that died is free.

    Raises:
        LeitstandError: another process is at work; the message names it and since when it is.
    """
    file = company.warehouse.parent / ".lock"
    if file in _held:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise LeitstandError(
                f"{company.folder}: expected no other run of this company, found {handle.read().strip()}. "
                f"Wait until it has ended, then run the command again."
            ) from None
        handle.truncate(0)
        handle.write(f"`leitstand {command}` (process {os.getpid()}) at work since {_now()}\n")
        handle.flush()
        _held.add(file)
        try:
            yield
        finally:
            _held.discard(file)
            handle.truncate(0)


def _now() -> str:
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
