"""The audit page: everything judged at the border, and what Great Expectations said of it.

One file without script, picture or network. Great Expectations' own pages load scripts and styles from seven
hosts, show nothing without them, and put texts of the data into their markup as they are.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from leitstand.gate import personal
from leitstand.gate.border.checks import band, found, key, learned_from
from leitstand.gate.border.expectations import Outcome
from leitstand.gate.border.suite import Suite
from leitstand.gate.written import texts
from leitstand.templates import templates_of

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class AuditPage:
    """Where the page stands, of which company it is, and in which language."""

    folder: Path
    company: str
    language: str

    def write(self, judged: Iterable[tuple[Suite, Rows, Outcome]], run_at: dt.datetime) -> None:
        """Write `index.html` of all suites with the rows that they judged, as `rows_of` gives them."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        words = texts(self.language)["audit"]
        text = (
            templates_of("leitstand.gate")
            .get_template("audit.html.j2")
            .render(
                company=self.company,
                language=self.language,
                title=words["title"],
                words=words,
                run_at=run_at,
                version=version("great_expectations"),
                sections=[_section(*suite) for suite in judged],
            )
        )
        (self.folder / "index.html").write_text(text, encoding="utf-8")


def _section(suite: Suite, rows: Rows, outcome: Outcome) -> dict[str, Any]:
    shown = [_shown(row, outcome) for row in rows]
    return {
        "name": suite.name,
        "meaning": suite.meaning,
        "status": "failed" if outcome.critical or outcome.faults else "warned" if outcome.noted else "passed",
        "said": outcome.said,
        "faults": outcome.faults,
        "broken": [row for row in shown if row["state"]],
        "sound": [row for row in shown if not row["state"]],
    }


def _shown(row: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """One row as the page shows it, without what could be a person."""
    state = "broken" if key(row) in outcome.critical else "noted" if key(row) in outcome.noted else ""
    return {
        "state": state,
        "connection": row["connection"],
        "entity": row["entity"],
        "measure": row["measure"].replace("_", " "),
        "subject": personal.shown("", row["subject"]),
        "load_number": row["load_number"] or "",
        "found": found(row),
        "expected": band(row),
        "learned": learned_from(row),
    }
