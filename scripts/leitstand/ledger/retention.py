"""Which releases stay: the current one, those of a month's end, and the young ones."""

from __future__ import annotations

import datetime as dt
import fcntl
import itertools
import shutil
import zoneinfo
from pathlib import Path

from leitstand.errors import BadInput
from leitstand.ledger.publications import Ledger, Publication


def release_on(ledger: Ledger, day: dt.date, timezone: str) -> Publication:
    """The publication that was shown at the end of a day in the company's time zone.

    Publications follow one another by their numbers, and none is dated before the one before it.

    Raises:
        BadInput: nothing had been published by then.
    """
    publications = ledger.publications()
    shown = [p for p in publications if _local(p.published_at, timezone).date() <= day]
    if shown:
        return shown[-1]
    found = "nothing published at all"
    if publications:
        found = f"a first publication of {_local(publications[0].published_at, timezone):%Y-%m-%d}"
    raise BadInput(
        f"--as-published {day}: expected a day by which something had been published, found {found}. "
        f"Name a later day."
    )


def pinned(publications: list[Publication], timezone: str) -> set[str]:
    """The releases of a month's end: of each month of `as_of` the first, which shows the month before it as
    a whole, and the last."""
    months: dict[tuple[int, int], list[str]] = {}
    for publication in publications:
        as_of = _local(publication.as_of, timezone)
        months.setdefault((as_of.year, as_of.month), []).append(publication.release_id)
    return {release for releases in months.values() for release in (releases[0], releases[-1])}


def prune(ledger: Ledger, releases: Path, keep_days: int, timezone: str) -> list[str]:
    """Remove the releases that were replaced more than `keep_days` before the last publication.

    Stays what is current, pinned or open in another process; the ledger keeps the values of all.
    """
    publications = ledger.publications()
    if not publications:
        return []
    for left in releases.glob(".pruned-*"):
        shutil.rmtree(left)
    now = publications[-1].published_at
    stays = pinned(publications, timezone) | {publications[-1].release_id}
    replaced = {old.release_id: new.published_at for old, new in itertools.pairwise(publications)}
    removed = []
    for release, since in replaced.items():
        folder = releases / release
        is_old = since < now - dt.timedelta(days=keep_days)
        if release not in stays and is_old and folder.is_dir() and not is_open(folder / "kpi.duckdb"):
            hidden = releases / f".pruned-{release}"
            folder.rename(hidden)
            shutil.rmtree(hidden)
            removed.append(release)
    return removed


def is_open(file: Path) -> bool:
    """Whether another process has a published file open: DuckDB holds a lock on what it reads."""
    if not file.is_file():
        return False
    file.chmod(0o644)
    try:
        with file.open("r+b") as handle:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        file.chmod(0o444)
    return False


def _local(instant: dt.datetime, timezone: str) -> dt.datetime:
    return instant.replace(tzinfo=dt.UTC).astimezone(zoneinfo.ZoneInfo(timezone))
