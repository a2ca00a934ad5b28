"""`leitstand handover`: what waits, counted apart from the code that lists it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from running import Company, leitstand


def test_the_list_is_what_nobody_has_decided(demo: Company) -> None:
    """Each open hand-over without a decision stands there once, by team and deadline."""
    rows = leitstand("handover", "--due", "--json").json
    expected = demo.rows(
        """
        select count(*), count(*) filter (not handovers.is_responded)
        from core.fct_handover as handovers
        join core.fct_lead_lifecycle as cycles using (lead_cycle_id)
        where handovers.decision in ('silent', 'pending') and cycles.exit_state is null
        """
    )
    assert [(len(rows), sum(row["waits_for"] == "answer" for row in rows))] == expected
    assert rows == sorted(
        rows, key=lambda row: (row["team"], row["due_at"], row["connection"], row["record_id"])
    )
    assert all(row["is_overdue"] == (row["due_at"] <= "2026-07-01 04:00:00") for row in rows)


def test_it_names_records_and_no_people(demo: Company) -> None:
    text = leitstand("handover", "--due", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and "@" not in text
    assert set(rows[0]) == {
        "team", "waits_for", "due_at", "is_overdue", "sla_tier", "handed_over_at", "connection", "record_id",
        "owner_id",
    }  # fmt: skip


def test_one_team(demo: Company) -> None:
    rows = leitstand("handover", "--due", "--team", "Vertrieb Nord", "--json").json
    assert {row["team"] for row in rows} == {"Vertrieb Nord"}
    misspelt = leitstand("handover", "--team", "Vertrib Nord")
    assert misspelt.code == 2
    assert "did you mean 'Vertrieb Nord'?" in " ".join(misspelt.err.split())


def test_without_a_build(changed_company: Path) -> None:
    (changed_company / "warehouse" / "leitstand.duckdb").unlink()
    outcome = leitstand("handover", "-c", str(changed_company))
    assert outcome.code == 2
    assert "Run `leitstand build` first" in " ".join(outcome.err.split())
