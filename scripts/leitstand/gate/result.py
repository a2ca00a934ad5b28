"""What the gate found: one `Check` each, and all of them together; plain values all through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Status(StrEnum):
    """How a check ended."""

    passed = "passed"
    warned = "warned"
    failed = "failed"
    could_not_run = "could not run"


@dataclass(frozen=True)
class Check:
    """One check, with all that a reader needs to act on it.

    `kind` is `test`, `model` or `seed` for what dbt ran, `saved query` or `metrics` for the metrics, `landed`
    or `published` for the border. `meaning_de` is there where somebody has written it. `failures` counts what
    breaks it and `keys` names the first of them, never a person. `marts` are the published tables that cannot
    be trusted while it fails; none where no table is built from what it judges.
    `is_blocking` checks close the gate unless they pass; where not `may_be_weakened`, no request opens it.
    `is_held_back` is what dbt skipped after a failure.
    """

    name: str
    kind: str
    status: Status
    meaning: str
    message: str = ""
    failures: int = 0
    waived: int = 0
    keys: tuple[str, ...] = ()
    marts: tuple[str, ...] = ()
    is_blocking: bool = True
    may_be_weakened: bool = True
    is_held_back: bool = False
    meaning_de: str | None = None

    @property
    def closes(self) -> bool:
        """True where it closes the gate."""
        return self.is_blocking and self.status in (Status.failed, Status.could_not_run)

    def meaning_in(self, language: str) -> tuple[str, str]:
        """What it means and in which language: that wished for where somebody has written it, or English."""
        if language == "de" and self.meaning_de:
            return self.meaning_de, language
        return self.meaning, "en"

    def explain(self) -> str:
        """The check in lines for a terminal or a mail."""
        lines = [f"  {self.kind} {self.name}: {self.message or self.status}"]
        lines += [f"    {self.meaning}"] if self.meaning else []
        lines += [f"    {key}" for key in self.keys]
        if self.marts:
            lines.append(f"    makes untrustworthy: {', '.join(self.marts)}")
        elif self.closes and self.may_be_weakened:
            lines.append("    no published table is built from what it judges: weakened, all would be marked")
        return "\n".join(lines)


def reasons(checks: Iterable[Check]) -> list[str]:
    """Each check in full, the failed ones first; what was held back is only counted."""
    told = [check for check in checks if not check.is_held_back]
    held_back = [check for check in checks if check.is_held_back]
    lines = [check.explain() for check in sorted(told, key=lambda check: check.status is not Status.failed)]
    if held_back:
        models = sum(check.kind == "model" for check in held_back)
        lines.append(f"  {models} models and {len(held_back) - models} checks were held back by these.")
    return lines


@dataclass(frozen=True)
class Weakening:
    """A request to publish although checks fail: who, when (UTC) and why."""

    reason: str
    by: str = field(repr=False)
    at: dt.datetime = field(repr=False)


@dataclass(frozen=True)
class Findings:
    """All checks of one build, and the names of all published tables."""

    checks: tuple[Check, ...]
    published: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """How many checks ended so."""
        return sum(check.status is status for check in self.checks)

    @property
    def closing(self) -> tuple[Check, ...]:
        """The checks that close the gate."""
        return tuple(check for check in self.checks if check.closes)

    @property
    def is_open(self) -> bool:
        """True where the build may be published."""
        return not self.closing

    @property
    def weakened_marts(self) -> tuple[str, ...]:
        """The published tables that cannot be trusted, by name.

        All of them where a check that closes the gate names none: nothing says how far its fault reaches.
        """
        if any(not check.marts for check in self.closing if not check.is_held_back):
            return tuple(sorted(self.published))
        return tuple(sorted({mart for check in self.closing for mart in check.marts}))


@dataclass(frozen=True)
class Verdict:
    """What the checks said of a build that may be published.

    The same checks and the same reason give the same text, whenever and by whomever they were made: a
    release is named after it.
    """

    checks_passed: int
    checks_failed: int
    warnings: tuple[str, ...]
    weakened_marts: tuple[str, ...] = ()
    failed_checks: tuple[str, ...] = ()
    weakening: Weakening | None = None
    files: Path | None = field(default=None, repr=False)
    """The folder of what the gate wrote."""
