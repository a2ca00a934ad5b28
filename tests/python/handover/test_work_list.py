"""`leitstand handover`: what waits, counted apart from the code that lists it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from running import Company, leitstand

AS_OF = dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC)

# The demo's teams with a calendar of their own: country, state, time zone
CALENDARS = {
    "Vertrieb Nord": ("DE", "HH", "Europe/Berlin"),
    "Vertrieb Österreich/Schweiz": ("AT", None, "Europe/Vienna"),
}
COMPANY = ("DE", "BW", "Europe/Berlin")


def business_minutes(start: dt.datetime, end: dt.datetime, team: str) -> float:
    """Minutes from nine to five on working days, day by day in local time."""
    country, state, name = CALENDARS.get(team, COMPANY)
    zone = ZoneInfo(name)
    public = holidays.country_holidays(country, subdiv=state, years=range(start.year, end.year + 1))
    own = () if team in CALENDARS else ((12, 24), (12, 31))
    minutes = 0.0
    day = start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        if day.weekday() < 5 and day not in public and (day.month, day.day) not in own:
            opens, closes = (dt.datetime.combine(day, dt.time(hour), zone) for hour in (9, 17))
            minutes += max((min(closes, end) - max(opens, start)).total_seconds() / 60, 0)
        day += dt.timedelta(days=1)
    return minutes


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


def test_overdue_is_business_time(demo: Company) -> None:
    """Since the deadline, on the calendar of the team; nothing where the deadline lies ahead."""
    rows = leitstand("handover", "--due", "--json").json
    assert {row["team"] for row in rows} >= CALENDARS.keys()
    assert len({row["is_overdue"] for row in rows}) == 2
    for row in rows:
        due_at = dt.datetime.fromisoformat(row["due_at"]).replace(tzinfo=dt.UTC)
        assert row["overdue_minutes"] == pytest.approx(business_minutes(due_at, AS_OF, row["team"]), abs=1e-6)


def test_it_names_records_and_no_people(demo: Company) -> None:
    text = leitstand("handover", "--due", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and "@" not in text
    assert set(rows[0]) == {
        "team", "waits_for", "due_at", "is_overdue", "overdue_minutes", "sla_tier", "handed_over_at",
        "response_due_at", "decision_due_at", "connection", "record_id", "owner_id",
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
