"""A request to publish although checks fail, and the book in which each such publication is recorded."""

from __future__ import annotations

import dataclasses
import datetime as dt
import getpass
import json
import os

import duckdb

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.gate.result import Verdict, Weakening

BOOK = "weakened.jsonl"


def request_weakening(wanted: bool, reason: str | None) -> Weakening | None:
    """The request as the options `--publish-weakened` and `--reason` make it; None where there is none.

    Raises:
        BadInput: one of the two options lacks the other.
    """
    reason = (reason or "").strip()
    if wanted != bool(reason):
        found = "--publish-weakened alone" if wanted else "--reason alone"
        raise BadInput(
            f"--publish-weakened: expected a reason with it, found {found}. "
            f'Give both: --publish-weakened --reason "why the figures are needed now".'
        )
    if not wanted:
        return None
    at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return Weakening(reason, _whoever_asks(), at)


def record(company: Company, release_id: str, verdict: Verdict) -> None:
    """Append a weakened publication to `releases/weakened.jsonl`; others leave no line."""
    if verdict.weakening is None:
        return
    line = dataclasses.asdict(verdict.weakening) | {
        "release_id": release_id,
        "weakened_marts": verdict.weakened_marts,
        "failed_checks": verdict.failed_checks,
    }
    company.releases.mkdir(parents=True, exist_ok=True)
    with (company.releases / BOOK).open("a", encoding="utf-8") as book:
        book.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
        book.flush()
        os.fsync(book.fileno())


def write_weakened(db: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Write `meta.weakened` of a release: a row for each table that cannot be trusted, else none."""
    db.execute(
        "create table meta.weakened (table_name varchar, failed_checks varchar[], reason varchar, "
        "requested_by varchar, requested_at timestamp)"
    )
    if verdict.weakening is not None:
        request = verdict.weakening
        db.execute(
            "insert into meta.weakened select unnest(?::varchar[]), ?, ?, ?, ?",
            [
                list(verdict.weakened_marts),
                list(verdict.failed_checks),
                request.reason,
                request.by,
                request.at,
            ],
        )


def _whoever_asks() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return f"user {os.getuid()}"
