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


@pytest.mark.parametrize("month", [date(2025, 9, 1), date(2026, 3, 1), date(2026, 7, 1)])
def test_coverage_is_what_was_then_to_close_over_what_was_still_to_be_won(demo: Company, month: date) -> None:
    """From the exports as landed: the day last given by the end of the month, deal by deal."""
    ((as_of,),) = demo.rows("select cast(as_of as date) from intermediate.int_reporting__as_of")
    day = min((month + timedelta(days=31)).replace(day=1) - timedelta(days=1), as_of)
    after = day + timedelta(days=1)
    quarter = after.replace(month=(after.month - 1) // 3 * 3 + 1, day=1)
    months = [quarter.replace(month=quarter.month + number) for number in range(3)]
    end = datetime.combine(after, time(), BERLIN).astimezone(UTC).replace(tzinfo=None)
    given = dict(
        demo.rows(
            "select md5('crm|' || source_id), expected_close_date from raw_crm.opportunities "
            "order by load_number"
        )
    )
    changes: dict[str, list[tuple[datetime, date, date]]] = defaultdict(list)
    for subject, at, old, new in demo.rows(
        "select md5('crm|' || subject_id), changed_at, old_date, new_date from raw_crm.stage_signals "
        "where field = 'close_date' order by changed_at, source_id"
    ):
        changes[subject].append((at, old, new))
    closing = Decimal(0)
    for opportunity, amount in demo.rows(
        "select opportunity_id, amount from core.fct_opportunity_snapshot "
        f"where snapshot_date = '{day}' and is_open and is_new_pipeline"
    ):
        known = [new for at, _, new in changes[opportunity] if at < end]
        first = changes[opportunity][0][1] if changes[opportunity] else given[opportunity]
        expected = known[-1] if known else first
        if expected is not None and expected.replace(day=1) in months:
            closing += amount or 0
    ((won,),) = demo.rows(
        "select coalesce(sum(won_amount), 0) from core.fct_opportunity where is_new_pipeline and is_won "
        f"and timezone('Europe/Berlin', timezone('UTC', won_at)) >= '{quarter}' and won_at < '{end}'"
    )
    ((plan,),) = demo.rows(
        "select sum(plan)::decimal(18, 2) from definitions.kpi_targets where kpi = 'won_amount' "
        f"and scope_type = 'company' and period_start in ('{months[0]}', '{months[1]}', '{months[2]}')"
    )
    ((value, numerator, denominator),) = demo.published(
        "select value, numerator, denominator from kpi.kpi.kpi_scorecard where kpi = 'pipeline_coverage' "
        f"and scope_type = 'company' and period_type = 'month' and period_start = '{month}'"
    )
    assert closing > 100_000 and plan > won
    assert (numerator, denominator) == pytest.approx((float(closing), float(plan - won)), abs=0.005)
    assert value == pytest.approx(float(closing / (plan - won)), rel=1e-12)
