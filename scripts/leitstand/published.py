"""Which release is meant: the current one, one by its id, or the one that was shown on a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from leitstand.config import Company
from leitstand.errors import BadInput, bad_input, nearest
from leitstand.ledger import Ledger, release_on
from leitstand.publish import current_release


def published_release(company: Company, *, release_id: str | None = None, day: dt.date | None = None) -> Path:
    """The folder of a release; without an id or a day that of the current one.

    Raises:
        BadInput: nothing has been published, there is no such release, or it has been removed by its age.
    """
    if release_id is None and day is None:
        current = current_release(company)
        if current is None:
            raise BadInput(
                f"{company.releases}: expected a published release, found none. Run `leitstand run` first."
            )
        return current
    if day is not None:
        release_id = release_on(Ledger(company.releases), day, company.vars.report_timezone).release_id
    known = sorted(
        folder.name
        for folder in company.releases.glob("*")
        if (folder / "kpi.duckdb").is_file() and not folder.is_symlink()
    )
    if release_id not in known:
        raise bad_input(
            str(company.releases),
            expected=f"the release {release_id!r}",
            found=f"none of that name{nearest(str(release_id), known)}",
            remedy=f"Releases that are kept: {', '.join(known) or 'none'}.",
        )
    return company.releases / str(release_id)
