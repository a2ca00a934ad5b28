"""What lands and what is to be published: each fault is caught with its band, and what is sound passes."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import statistics
from pathlib import Path

import duckdb
import pytest

from gate.conftest import lineage
from gate.deliveries import COUNTS, FAULTS, HOSTILE
from gate.publications import MONTHLY
from leitstand.gate import Check, Findings, Status
from leitstand.gate.border.bands import JUDGED
from leitstand.gate.border.checks import to_checks
from leitstand.gate.border.expectations import Outcome, read_outcomes
from leitstand.gate.border.profile import forget
from leitstand.gate.border.suite import load_rules, load_suites
from leitstand.gate.personal import HIDDEN
from leitstand.gate.written import as_html

LANDED = [suite.name for suite in load_suites() if suite.kind == "landed"]


@pytest.mark.parametrize("suite", LANDED)
def test_a_sound_load_passes(checks: dict[str, Check], suite: str) -> None:
    check = checks[f"{suite}.sound"]
    assert (check.status, check.message, check.closes) == (Status.passed, "", False)


def test_a_load_that_shrank_to_a_tenth_closes_the_gate(checks: dict[str, Check]) -> None:
    """The band by hand: half of the median, which is wider than six deviations."""
    history = COUNTS[:-1]
    middle = statistics.median(history)
    mad = statistics.median(abs(rows - middle) for rows in history)
    assert 6 * 1.4826 * mad < middle / 2
    check = checks["landed_volume.shrunk"]
    assert check.closes and check.failures == 1
    assert check.message == (
        f"rows of shrunk.persons in load 9 of 2026-06-09: expected {middle / 2:,.0f} to {middle * 1.5:,.0f} "
        f"(median {middle:,.0f} of 8 loads), found 100"
    )
    assert check.marts == ("fine", "kpi_scorecard")


def test_a_column_that_went_empty_closes_the_gate(checks: dict[str, Check]) -> None:
    check = checks["landed_null_share.emptied"]
    assert check.closes and check.keys == ("null share of emptied.persons in load 9 of 2026-06-09, owner_id",)
    assert "owner_id: expected at most 0.12" in check.message
    assert "of 8 loads), found 0.4995" in check.message  # 502 of 1,005 rows


def test_rows_that_repeat_a_key_close_the_gate(checks: dict[str, Check]) -> None:
    check = checks["landed_duplicates.doubled"]
    assert check.closes
    assert check.message == (
        "duplicate share of doubled.persons in load 9 of 2026-06-09: expected at most 0.02 "
        "(median 0 of 8 loads), found 0.4995"
    )


def test_a_category_never_seen_is_warned_of(checks: dict[str, Check]) -> None:
    check = checks["landed_categories.strange"]
    assert check.status is Status.warned and not check.closes
    assert (
        f"lead_source = {HOSTILE[1:-1]}: expected at most 0 (in 8 loads before), found 0.004975"
        in check.message
    )


def test_a_category_that_could_be_a_person_is_not_shown(checks: dict[str, Check]) -> None:
    check = checks["landed_categories.leaky"]
    assert check.status is Status.warned
    assert HIDDEN in check.message and "anna" not in check.explain()


def test_categories_that_are_spread_otherwise_are_warned_of(checks: dict[str, Check]) -> None:
    """From half and half to one in ten: the distance is 0.4."""
    check = checks["landed_categories.drifted"]
    assert check.status is Status.warned and check.failures == 1
    assert (
        "drift of drifted.persons in load 9 of 2026-06-09, lead_source: expected at most 0.1" in check.message
    )
    assert "found 0.39" in check.message


def test_values_outside_of_the_contract_close_the_gate(checks: dict[str, Check]) -> None:
    check = checks["landed_ranges.outside"]
    assert check.closes
    assert "outside of outside.persons in load 9 of 2026-06-09, kind: expected at most 0" in check.message
    assert check.message.endswith("found 3")


def test_seven_loads_before_are_too_few_for_a_band_and_it_says_so(checks: dict[str, Check]) -> None:
    """The same fault as above, one load earlier in the life of the connection."""
    check = checks["landed_volume.young"]
    assert (check.status, check.closes) == (Status.could_not_run, False)
    assert check.message == "no band yet: 7 loads before this one, a band is learned from 8"


def test_only_the_faulty_connection_is_blamed(checks: dict[str, Check]) -> None:
    volume = {name: checks[f"landed_volume.{name}"].status for name in FAULTS}
    assert [name for name, status in volume.items() if status is Status.failed] == ["shrunk"]


def test_a_broken_contract_closes_the_gate(checks: dict[str, Check]) -> None:
    check = checks["published_contract"]
    assert check.closes and check.failures == 3
    assert "type of kpi.lost_column, leads: expected bigint, found (none)" in check.message
    assert "type of kpi.retyped, leads: expected bigint, found double" in check.message
    assert "repeated keys of kpi.repeated, channel: expected at most 0, found 1" in check.message
    assert check.marts == ("lost_column", "repeated", "retyped")


def test_personal_data_closes_the_gate_whatever_is_asked(checks: dict[str, Check]) -> None:
    """An address, a number and an IBAN by their look, a number by what the sources hold, a column by name."""
    check = checks["published_personal_data"]
    assert check.closes and not check.may_be_weakened
    assert check.failures == 5
    assert check.marts == ("addressed", "banked", "known", "named", "telephoned")
    assert "kpi.addressed, channel: an e-mail address: expected at most 0, found 1" in check.message
    assert "anna" not in check.explain()


def test_a_figure_that_doubles_overnight_is_warned_of(checks: dict[str, Check]) -> None:
    """The band by hand: a quarter of the median value around the median step, against eight deviations."""
    steps = [b - a for a, b in itertools.pairwise(MONTHLY)][:-1]
    middle = statistics.median(steps)
    mad = statistics.median(abs(step - middle) for step in steps)
    half = max(8 * 1.4826 * mad, 0.25 * statistics.median(MONTHLY[1:-1]))
    check = checks["published_movements"]
    assert check.status is Status.warned and check.failures == 1
    found = 2 * MONTHLY[-1] - MONTHLY[-2]
    assert check.message == (
        f"movement of kpi.kpi_scorecard, jumped: expected {middle - half:,.4g} to {middle + half:,.4g} "
        f"(median {middle:g} of {len(steps)} months), found {found:g}"
    )


def test_the_audit_page_shows_every_suite_and_row_and_stands_alone(
    checks: dict[str, Check], gate_files: Path
) -> None:
    files = [file.name for file in (gate_files / "audit").iterdir()]
    page = (gate_files / "audit" / "index.html").read_text(encoding="utf-8")
    assert files == ["index.html"] and checks
    assert [suite.name for suite in load_suites() if f"<h2>{suite.name}</h2>" not in page] == []
    assert "Values in upper must always be greater than or equal to those in found." in page
    assert page.count('<tr class="broken">') == sum(
        check.failures for check in checks.values() if check.status is Status.failed
    )
    assert re.search(r"<td>shrunk</td><td>persons</td><td>rows</td><td></td><td>9</td><td>100</td>", page)
    for word in ("<script", "http:", "https:", "@import", "<img", "anna@firma"):
        assert word not in page, word
    assert "Werk &lt;b&gt;" in page
    for shown in (page, as_html(Findings(tuple(checks.values())), "Werk", "de")):
        assert "<img" not in shown and "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in shown


def test_a_judgement_is_kept_for_the_same_state_alone(checks: dict[str, Check], gate_files: Path) -> None:
    audit = gate_files / "audit"
    state = json.loads(audit.parent.with_name("border.json").read_text(encoding="utf-8"))["state"]
    kept = read_outcomes(audit, state)
    assert kept is not None and checks
    assert kept["landed_volume"].critical == {("shrunk", "persons", "rows", "", "9")}
    assert read_outcomes(audit, "another state") is None
    assert read_outcomes(audit.with_name("no audit"), state) is None


def test_bands_are_learned_from_at_least_eight_loads() -> None:
    rules = load_rules()
    assert rules.minimum_loads == 8 and rules.minimum_months == 8
    learned = {name for suite in load_suites() for name, m in suite.measures.items() if m.deviations}
    assert {"rows", "null_share", "duplicate_share", "age_hours", "silent_hours", "drift"} <= learned


def test_history_begins_anew_where_a_change_is_meant() -> None:
    """Of nine loads those from the fifth on count; the newest is judged even where it lies before the day."""
    with duckdb.connect() as db:
        db.execute(
            "create table profiles as select i as load_number, date '2026-06-01' + i::integer as loaded_at, "
            "connection, 'persons' as entity from range(1, 10) as r(i), "
            "(values ('crm'), ('web')) as c(connection)"
        )
        forget(db, {"crm": dt.date(2026, 6, 6), "web": dt.date(2026, 8, 1)})
        left = db.execute("select connection, load_number from profiles order by all").fetchall()
        assert left == [*(("crm", number) for number in range(5, 10)), ("web", 9)]


def test_where_there_is_nothing_to_judge_the_check_says_so() -> None:
    with duckdb.connect() as db:
        db.execute(JUDGED)
        suites = {suite.name: suite for suite in load_suites()}
        nothing = Outcome(frozenset(), frozenset())
        (check,) = to_checks(db, suites["published_movements"], nothing, lineage(), 8)
        assert to_checks(db, suites["landed_volume"], nothing, lineage(), 8) == []
    assert (check.status, check.closes) == (Status.could_not_run, False)
    assert check.message == "no band yet: 0 months before this one, a band is learned from 8"
