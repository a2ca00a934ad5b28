"""The comment says what a reviewer must know, and nothing in it is markup of somebody else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from leitstand.build import Node
from leitstand.change.checks import CheckChange
from leitstand.change.ci import ChangeReport
from leitstand.change.comment import as_comment, shown
from leitstand.change.contract import ContractChange
from leitstand.change.figures import Comparison, Figure

FIGURE = Figure(
    table="kpi_scorecard",
    figure="sla_attainment",
    label="SLA attainment",
    unit="share",
    period_type="month",
    period_start=dt.date(2026, 5, 1),
    scope_type="company",
    scope="company",
    detail="value",
    before=0.8,
    after=0.6,
    difference=-0.2,
    relative_difference=-0.25,
    status_before="green",
    status_after="red",
    is_latest=True,
    is_changed=True,
)
REPORT = ChangeReport(
    release_id="2026-07-01-abc",
    added=(),
    changed=("kpi_handover",),
    removed=(),
    touched=3,
    everything_because=(),
    checks_passed=5,
    checks_skipped=0,
    checks_total=5,
    failed=(),
    warned=(),
    contract=(),
    checks=(),
    not_built=(),
    comparison=Comparison(("kpi_scorecard", "kpi_handover"), (FIGURE, replace(FIGURE, is_changed=False))),
)
BREAK = ContractChange("kpi_handover.sla_met", "column removed", is_breaking=True)


def test_values_before_and_after_stand_side_by_side() -> None:
    text = as_comment(REPORT)
    assert "3 built anew, 5 of 5 checks passed." in text
    assert REPORT.is_passed and "nothing stands against this change" in text
    assert "| SLA attainment | 2026-05 | 80.00% | 60.00% | -20.00 pp | -25.0% | green → red |" in text
    assert "| `kpi_scorecard` | 1 | 2 |" in text
    assert "* changed: `kpi_handover`" in text
    assert "No table, column, type or key changes." in text


def test_an_older_month_gives_way_to_the_newest_mature_one() -> None:
    older = replace(FIGURE, period_start=dt.date(2026, 4, 1), is_latest=False)
    open_month = replace(FIGURE, period_start=dt.date(2026, 6, 1), is_latest=False)
    text = as_comment(replace(REPORT, comparison=Comparison(("kpi_scorecard",), (older, FIGURE, open_month))))
    assert "2026-05" in text and "2026-04" not in text and "2026-06" not in text


def test_a_break_that_is_not_declared_fails_and_says_what_to_write() -> None:
    report = replace(REPORT, contract=(BREAK,))
    assert not report.is_passed
    text = as_comment(report)
    assert "1 breaking changes are not in the changelog" in text
    assert "`Breaking: kpi_handover.sla_met (column removed)`" in text
    declared = replace(REPORT, contract=(replace(BREAK, is_declared=True),))
    assert declared.is_passed and "yes, declared" in as_comment(declared)


def test_a_failed_check_fails_and_what_was_not_built_is_named() -> None:
    node = Node("adds_up", "test", "fail", "Got 3 results", "", None)
    report = replace(REPORT, failed=(node,), not_built=("kpi_handover",), checks_passed=2, checks_skipped=2)
    assert not report.is_passed
    text = as_comment(report)
    assert "2 of 5 checks passed, 2 skipped." in text
    assert "**failed** `adds_up`: Got 3 results" in text
    assert "Not built, so nothing is known of their figures: `kpi_handover`." in text


def test_checks_are_named_by_what_became_of_them() -> None:
    checks = (CheckChange("kpi_x: no cost below zero", "lost"), CheckChange("adds_up", "weakened"))
    text = as_comment(replace(REPORT, checks=checks, everything_because=("setting as_of",)))
    assert "* lost: kpi_x: no cost below zero" in text and "* weakened: adds_up" in text
    assert "Everything was built, because what these touch is not known: `setting as_of`." in text


def test_what_people_wrote_is_no_markup() -> None:
    figure = replace(FIGURE, label="<img src=x> | @everyone")
    text = as_comment(replace(REPORT, comparison=Comparison(("kpi_scorecard",), (figure,))))
    assert "&lt;img src=x&gt; \\| &#64;everyone" in text and "<img" not in text


def test_a_long_list_says_how_much_more_there_is() -> None:
    report = replace(REPORT, changed=tuple(f"model_{n}" for n in range(45)))
    assert "… and 5 more" in as_comment(report)


def test_numbers_are_read_by_their_unit() -> None:
    assert [shown(0.1234, "share"), shown(12, "count"), shown(1234.5, "currency"), shown(3.25, "days")] == [
        "12.34%",
        "12",
        "1,234" if round(1234.5) == 1234 else "1,235",
        "3.25",
    ]
    assert shown(None, "share") == "–"
