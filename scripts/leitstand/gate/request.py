"""A request to publish although checks fail, and how a release says that it was."""

from __future__ import annotations

import datetime as dt
import getpass
import os

import duckdb

from leitstand.errors import BadInput
from leitstand.gate import personal
from leitstand.gate.result import Verdict, Weakening


def request_weakening(wanted: bool, reason: str | None) -> Weakening | None:
    """The request as the options `--publish-weakened` and `--reason` make it; None where there is none.

    Raises:
        BadInput: one of the two options lacks the other, or the reason, which is published, names a person.
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
    if kinds := personal.kinds(reason):
        raise BadInput(
            f"--reason: expected nothing that identifies a person, for it is published, found {kinds[0]}. "
            f"Give the reason without it."
        )
    at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return Weakening(reason, _whoever_asks(), at)


def write_weakened(db: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Fill `meta.weakened` of a release: a row for each table that cannot be trusted, else none."""
    if verdict.weakening is not None:
        request = verdict.weakening
        db.execute(
            "insert into meta.weakened select unnest(?::varchar[]), ?, ?, ?",
            [
                list(verdict.weakened_marts),
                list(verdict.failed_checks),
                request.reason,
                request.at,
            ],
        )


def _whoever_asks() -> str:
    """The name of the account; where that is an address, what stands before its domain."""
    try:
        return getpass.getuser().partition("@")[0]
    except (KeyError, OSError):  # a container's user need not have a name
        return f"user {os.getuid()}"
