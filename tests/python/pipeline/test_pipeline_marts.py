"""The marts of cohorts and of the pipeline day by day, against second implementations."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from running import Company

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def aalen_johansen(courses: list[tuple[int, str]]) -> dict[int, Fraction]:
    """The cumulative incidence by day of (day, outcome), in exact fractions, member by member."""
    incidence, surviving, result = Fraction(0), Fraction(1), {}
    for day in sorted({day for day, _ in courses}):
        at_risk = sum(1 for d, _ in courses if d >= day)
        events = Counter(outcome for d, outcome in courses if d == day)
        incidence += surviving * Fraction(events["converted"], at_risk)
        surviving *= 1 - Fraction(events["converted"] + events["competing"], at_risk)
        result[day] = incidence
    return result


def test_the_reference_gives_the_known_incidence() -> None:
    """golden.json, censoring: ten leads, of which 17/36 are accepted."""
    words = {"s": "converted", "r": "competing", "o": "censored"}
    courses = [
        (int(lead[0]), words[lead[1]])
        for lead in ["1s", "2s", "2r", "3o", "4s", "5r", "6o", "7s", "8o", "9o"]
    ]
    incidence = aalen_johansen(courses)
    assert [incidence[day] for day in (1, 2, 4, 7)] == [
        Fraction(1, 10),
        Fraction(1, 5),
        Fraction(19, 60),
        Fraction(17, 36),
    ]


# months in which every system gave exact instants
@pytest.mark.parametrize("month", ["2025-12-01", "2026-03-01", "2026-06-01"])
def test_the_incidence_of_a_cohort_is_that_of_its_members(demo: Company, month: str) -> None:
    members = demo.rows(
        "select mql_at, sal_at, exit_at, (select as_of from intermediate.int_reporting__as_of) "
        f"from core.fct_lead_lifecycle where is_marketing_sourced and mql_month = '{month}'"
    )
    courses = []
    for began, arrived, ended, as_of in members:
        outcome = "converted" if arrived else "competing" if ended else "censored"
        seconds = round(((arrived or ended or as_of) - began).total_seconds())
        courses.append((max(-(-seconds // 86400), 0), outcome))
    found = demo.rows(
        "select days_since, at_risk, cumulative_incidence from kpi.kpi_funnel_cohort "
        f"where cohort_month = '{month}' and from_stage = 'mql' and to_stage = 'sal' order by days_since"
    )
    expected = aalen_johansen(courses)
    assert len(members) > 50 and len(set(expected.values())) > 3
    assert [day for day, _, _ in found] == list(expected)
    for day, at_risk, incidence in found:
        assert at_risk == sum(1 for d, _ in courses if d >= day)
        assert incidence == pytest.approx(float(expected[day]), abs=1e-12)


def amount_on(day: date, current: Decimal, changes: list[tuple[datetime, Decimal, Decimal]]) -> Decimal:
    """The amount at the end of a day in Berlin: of the last change until then, else before the first."""
    end = datetime.combine(day + timedelta(days=1), time(), BERLIN).astimezone(UTC).replace(tzinfo=None)
    known = [new for at, _, new in changes if at < end]
    return known[-1] if known else changes[0][1] if changes else current


@pytest.mark.parametrize("day", [date(2025, 8, 31), date(2026, 2, 28), date(2026, 5, 13)])
def test_the_pipeline_of_a_day_is_what_its_changes_made_of_it(demo: Company, day: date) -> None:
    changes: dict[str, list[tuple[datetime, Decimal, Decimal]]] = defaultdict(list)
    for subject, at, old, new in demo.rows(
        "select md5(connection || '|' || subject_id), changed_at, old_amount, new_amount "
        "from intermediate.int_unified__stage_signals "
        "where subject = 'opportunity' and field = 'amount' order by changed_at, source_id"
    ):
        changes[subject].append((at, old, new))
    expected = {
        opportunity: amount_on(day, current, changes[opportunity])
        for opportunity, current in demo.rows(
            "select opportunity_id, current_original_amount from core.fct_opportunity, "
            "(select timezone('UTC', timezone('Europe/Berlin', "
            f"timestamp '{day + timedelta(days=1)}')) as e) "
            "where opportunity_at < e and coalesce(won_at, lost_at, timestamp '9999-01-01') >= e"
        )
    }
    found = dict(
        demo.rows(
            "select opportunity_id, original_amount from core.fct_opportunity_snapshot "
            f"where snapshot_date = '{day}' and is_open"
        )
    )
    assert len(expected) > 100
    assert found == expected
