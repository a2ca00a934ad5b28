"""Which publications there were, and what each changed in the agreement, as the release says it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb

from leitstand.definitions.diff import diff
from leitstand.ledger.publications import Ledger, Publication

Rows = list[tuple[int, str, int, int, int, int]]


def write_agreements(db: duckdb.DuckDBPyConnection, ledger: Ledger, publication: Publication) -> None:
    """Fill `meta.publications` and `meta.definition_changes`, this publication among them.

    What stands in the rows of the agreement stays out: some name people and addresses. `rows_of_history` are
    those of the changed rows that were valid before the publication's day.
    """
    every = [*ledger.publications(), publication]
    db.executemany(
        "insert into meta.publications values (?, ?, ?, ?, ?, ?)",
        [
            (p.number, p.release_id, p.published_at, p.as_of, p.project_version, p.definition_version)
            for p in every
        ],
    )
    changes: Rows = []
    for former, later in pairwise(every):
        old = ledger.path(former.number) / "definitions"
        new = (ledger.draft if later is publication else ledger.path(later.number)) / "definitions"
        if former.definition_version != later.definition_version and old.is_dir() and new.is_dir():
            changes += _changes(later.number, old, new, later.as_of.date())
    if changes:
        db.executemany("insert into meta.definition_changes values (?, ?, ?, ?, ?, ?)", changes)


def _changes(number: int, old: Path, new: Path, day: dt.date) -> Rows:
    found = diff(old, new, day)
    kinds = Counter((change.seed, change.kind) for change in found)
    history = Counter(change.seed for change in found if change.history_from)
    return [
        (
            number,
            seed,
            kinds[seed, "added"],
            kinds[seed, "removed"],
            kinds[seed, "changed"],
            history[seed],
        )
        for seed in sorted({change.seed for change in found})
    ]
