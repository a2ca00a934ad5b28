"""Business time, by the models' own SQL: against worked examples, and against a count minute by minute."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import duckdb
import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leitstand.config import PROJECT_ROOT
from leitstand.holidays import SEED, seed_text
from running import Company

BERLIN = ZoneInfo("Europe/Berlin")
MODELS = PROJECT_ROOT / "target" / "compiled" / "leitstand" / "models" / "intermediate" / "handover"

# Worked examples: local start, local end, business minutes (Mon-Fri 09-17, Baden-Württemberg)
EXAMPLES = {
    "over a weekend": ("2026-03-06 16:30", "2026-03-09 09:45", 75),
    "from a Saturday": ("2026-03-07 11:00", "2026-03-09 09:10", 10),
    "over Easter": ("2026-04-02 16:00", "2026-04-07 09:30", 90),
    "one day to the next": ("2026-03-10 10:00", "2026-03-11 10:00", 480),
    "after hours": ("2026-03-10 18:00", "2026-03-10 18:20", 0),
    "over the change to summer time": ("2026-03-27 16:59", "2026-03-30 09:01", 2),
    "over the change to winter time": ("2025-10-24 16:00", "2025-10-27 10:00", 120),
    "over a closure of the company's own": ("2025-12-23 16:00", "2025-12-29 09:30", 90),
}


def utc(local: str) -> dt.datetime:
    return dt.datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(dt.UTC).replace(tzinfo=None)


class Clock:
    """The models from the instants of a hand-over to its clocks, over given cases."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db

    def run(
        self, cases: list[tuple[dt.datetime, dt.datetime]], agreed: int = 60
    ) -> list[tuple[float, dt.datetime]]:
        """Business minutes of each case, and the instant at which `agreed` business minutes have passed."""
        self._db.execute(
            "create or replace table leitstand.intermediate.int_handover__instants as from empty"
        )
        rows = [(str(n), start, end) for n, (start, end) in enumerate(cases)]
        self._db.executemany(
            "insert into leitstand.intermediate.int_handover__instants "
            "(lead_id, cycle_number, calendar, handed_over_at, responded_at, agreed_response_minutes, "
            f"agreed_decision_minutes) values (?, 1, 'company', ?, ?, {agreed}, 960)",
            rows,
        )
        for model in ("int_handover__elapsed", "int_handover__clocks"):
            sql = (MODELS / f"{model}.sql").read_text()
            self._db.execute(f"create or replace table leitstand.intermediate.{model} as {sql}")
        return self._db.execute(
            "select responded_minutes, response_due_at from leitstand.intermediate.int_handover__clocks "
            "order by cast(lead_id as integer)"
        ).fetchall()


@pytest.fixture(scope="module")
def clock(demo: Company) -> Iterator[Clock]:
    with duckdb.connect() as db:
        db.execute("attach ':memory:' as leitstand")
        db.execute(f"attach '{demo.folder}/warehouse/leitstand.duckdb' as built (read_only)")
        for table in (
            "intermediate.int_handover__business_days",
            "intermediate.int_reporting__as_of",
            "definitions.business_calendars",
        ):
            db.execute(f"create schema if not exists leitstand.{table.split('.')[0]}")
            db.execute(f"create table leitstand.{table} as from built.{table}")
        db.execute("create table empty as from built.intermediate.int_handover__instants limit 0")
        yield Clock(db)


@pytest.mark.parametrize("example", EXAMPLES)
def test_worked_examples(example: str, clock: Clock) -> None:
    start, end, minutes = EXAMPLES[example]
    assert clock.run([(utc(start), utc(end))])[0][0] == minutes


@functools.cache
def closed_days() -> frozenset[dt.date]:
    """Public holidays of Baden-Württemberg and the demo's own closures, from outside the project's seed."""
    public = holidays.country_holidays("DE", subdiv="BW", years=range(2024, 2027))
    own = [dt.date(year, 12, day) for year in (2024, 2025, 2026) for day in (24, 31)]
    return frozenset([*public, *own])


def is_business(minute: dt.datetime) -> bool:
    """True where business is open in the minute that begins at this UTC instant."""
    local = minute.replace(tzinfo=dt.UTC).astimezone(BERLIN)
    return local.weekday() < 5 and 9 <= local.hour < 17 and local.date() not in closed_days()


INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 7, 1) + dt.timedelta(minutes=minutes)
)
SPANS = st.integers(0, 6 * 24 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(starts=st.lists(st.tuples(INSTANTS, SPANS), min_size=20, max_size=40))
def test_equals_a_count_minute_by_minute(
    starts: list[tuple[dt.datetime, dt.timedelta]], clock: Clock
) -> None:
    """So many open minutes lie between start and end; and so many between start and the due instant."""
    cases = [(start, start + span) for start, span in starts]
    for (start, end), (minutes, due_at) in zip(cases, clock.run(cases, agreed=90), strict=True):
        assert minutes == open_minutes(start, end)
        assert open_minutes(start, due_at) == 90
        assert is_business(due_at - dt.timedelta(minutes=1))


def open_minutes(start: dt.datetime, end: dt.datetime) -> int:
    return sum(
        is_business(start + dt.timedelta(minutes=n)) for n in range(int((end - start).total_seconds()) // 60)
    )


def test_the_seed_of_public_holidays_is_what_the_package_says() -> None:
    assert SEED.read_text(encoding="utf-8") == seed_text()
