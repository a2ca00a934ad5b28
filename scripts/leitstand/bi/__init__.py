"""BI tools: what `leitstand bi` makes in them from a published release.

`release` reads tables and contract, `metrics` makes metrics of them, `dashboards` says what is shown,
`charts` how Superset draws and asks it, `assets` puts all of that into a bundle, and `superset` sends it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from leitstand.bi.release import read_release
from leitstand.bi.superset import PASSWORD, USER, Made, superset
from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.publish import current_release

__all__ = ["Made", "make_in_superset"]


def make_in_superset(
    company: Company,
    url: str,
    file: Path | None = None,
    *,
    language: str,
    progress: Callable[[str], None],
) -> Made:
    """Make what shows the current release in the Superset at an address, or make it anew.

    `file` is the release as Superset's server finds it, where that is another machine or container; titles
    are in `language`, `de` or `en`.

    Raises:
        BadInput: nothing is published, a credential is missing, or what `Superset` raises.
        LeitstandError: Superset cannot be reached.
    """
    if current_release(company) is None:
        raise BadInput(
            f"{company.releases}: expected a current release, found none. Run `leitstand run` first."
        )
    missing = [name for name in (USER, PASSWORD) if not os.environ.get(name)]
    if missing:
        raise BadInput(
            f"environment: expected {USER} and {PASSWORD}, found no {' and no '.join(missing)}. "
            f"Set both to those of a user who may import assets, such as one with the role Admin."
        )
    current = company.releases / "current" / "kpi.duckdb"
    progress("reading the release")
    release = read_release(current)
    progress(f"making {len(release.tables)} datasets and three dashboards")
    with superset(url, os.environ[USER], os.environ[PASSWORD]) as session:
        return session.make(release, PurePosixPath(file or current), language)
