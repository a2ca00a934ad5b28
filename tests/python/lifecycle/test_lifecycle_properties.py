"""Properties of the lifecycle on random histories: the models agree with a plain second implementation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fresh_clone import FreshClone
from lifecycle import models as built
from lifecycle.history import AS_OF, Deal, Declaration, History, Touch, end_of_day, reporting_date
from lifecycle.reference import STAGES, lifecycle

# Gaps around the cool-off and the time-out, and many events of one day.
GAPS = st.sampled_from([0, 0, 0, 1, 3, 12, 29, 30, 31, 60, 120, 364, 365, 366, 400])
KINDS = st.sampled_from(
    [
        "form",
        "form",
        "session",
        "mql",
        "mql",
        "sal",
        "sql",
        "inquiry",
        "rejected",
        "recycled",
        "disqualified",
        "contradicted",
        "deal",
    ]
)
STEPS = st.tuples(GAPS, st.sampled_from([1, 2, 5]), KINDS, st.sampled_from(["second", "second", "day"]))
DEALS = st.tuples(
    st.sampled_from([None, 0, 0, 5]), st.sampled_from([None, 0, 20, 40, 200, 500]), st.booleans()
)
MAXIMUM = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    # the assertion names the one history that differs; shrinking the others away takes minutes
    phases=[Phase.explicit, Phase.generate],
    print_blob=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One lead: up to ten steps from 2022 on, each some days and hours after the one before."""
    at = datetime(2022, 3, 1, 8)
    touches: list[Touch] = []
    declarations: list[Declaration] = []
    deals: list[Deal] = []
    created_at = draw(st.sampled_from([None, at, at + timedelta(days=2), at + timedelta(days=50)]))
    for days, hours, kind, precision in draw(st.lists(STEPS, min_size=1, max_size=10)):
        at += timedelta(days=days, hours=hours)
        if at > AS_OF - timedelta(days=1):
            break
        if kind in ("form", "session"):
            touches.append(Touch(at, kind == "form"))
        elif kind == "deal":
            deals.append(_deal(at, *draw(DEALS)))
        else:
            declared_at = end_of_day(at) if precision == "day" else at
            is_exit = kind in ("rejected", "recycled", "disqualified")
            stage = None if is_exit else "mql" if kind == "contradicted" else kind
            declarations.append(
                Declaration(declared_at, stage, kind if is_exit else None, precision, kind == "contradicted")
            )
    return History(created_at, tuple(touches), tuple(declarations), tuple(deals))


def _deal(at: datetime, entry: int | None, close: int | None, is_won: bool) -> Deal:
    opportunity_at = at + timedelta(days=entry) if entry is not None else None
    closed_at = at + timedelta(days=max(close, entry or 0)) if close is not None else None
    if opportunity_at and opportunity_at > AS_OF:
        opportunity_at = None
    if closed_at and closed_at > AS_OF:
        closed_at = None
    return Deal(at, opportunity_at, closed_at, is_won and closed_at is not None)


@pytest.fixture(scope="module")
def models(fresh_clone: FreshClone) -> list[built.Model]:
    """The models as dbt compiles them."""
    return built.compiled(fresh_clone.artifact("manifest")["nodes"])


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    """One database for all examples."""
    return built.warehouse()


MANY = st.lists(histories(), min_size=20, max_size=30)


@MAXIMUM
@given(given_histories=MANY)
def test_cycles_are_those_of_the_reference(
    given_histories: list[History], models: list[built.Model], warehouse: duckdb.DuckDBPyConnection
) -> None:
    built.fill(warehouse, given_histories)
    by_lead: dict[str, list[dict[str, Any]]] = {}
    for row in built.cycles(warehouse, models):
        by_lead.setdefault(row["lead_id"], []).append(row)
    for number, history in enumerate(given_histories):
        shown = [_shown(row) for row in by_lead.get(f"lead{number:03}", [])]
        expected = [
            {
                "number": index,
                "started_at": cycle.started_at,
                "exit": (cycle.exit_state, cycle.exit_at),
                "is_reopened": cycle.is_reopened,
                "backward_moves": cycle.backward_moves,
                "observed": cycle.observed,
                "reported": cycle.reported,
            }
            for index, cycle in enumerate(lifecycle(history), start=1)
            if cycle.observed
        ]
        assert shown == expected, history


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["cycle_number"],
        "started_at": row["started_at"],
        "exit": (row["exit_state"], row["exit_at"]),
        "is_reopened": row["is_reopened"],
        "backward_moves": row["backward_moves"],
        "observed": {
            stage: row[f"{stage}_at_observed"] for stage in STAGES if row[f"{stage}_at_observed"] is not None
        },
        "reported": {stage: row[f"{stage}_at"] for stage in STAGES if row[f"{stage}_at"] is not None},
    }


@MAXIMUM
@given(given_histories=MANY)
def test_stages_follow_one_another_and_cycles_neither_overlap_nor_skip(
    given_histories: list[History], models: list[built.Model], warehouse: duckdb.DuckDBPyConnection
) -> None:
    built.fill(warehouse, given_histories)
    former: dict[str, Any] | None = None
    for row in built.cycles(warehouse, models):
        reached = [row[f"{stage}_at"] for stage in STAGES if row[f"{stage}_at"] is not None]
        assert reached == sorted(reached)
        if row["exit_at"] is not None:
            for stage in STAGES[1:]:
                at = row[f"{stage}_at_observed"]
                assert (
                    at is None
                    or at <= row["exit_at"]
                    or (
                        (row[f"{stage}_precision"] == "day" or row[f"{stage}_is_inferred"])
                        and reporting_date(at) == reporting_date(row["exit_at"])
                    )
                )
        if row["cycle_number"] == 1:
            former = row
            continue
        assert former is not None and former["lead_id"] == row["lead_id"]
        assert row["cycle_number"] == former["cycle_number"] + 1
        assert former["exit_at"] is not None and former["exit_at"] < row["started_at"]
        former = row


@MAXIMUM
@given(given_histories=MANY)
def test_neither_the_order_of_arrival_nor_doubled_signals_matter(
    given_histories: list[History], models: list[built.Model], warehouse: duckdb.DuckDBPyConnection
) -> None:
    built.fill(warehouse, given_histories)
    once = [_shown(row) for row in built.cycles(warehouse, models)]
    built.fill(warehouse, given_histories, reverse=True)
    assert [_shown(row) for row in built.cycles(warehouse, models)] == once
    doubled = [
        replace(history, touches=history.touches * 2, declarations=history.declarations * 2)
        for history in given_histories
    ]
    built.fill(warehouse, doubled)
    assert [_shown(row) for row in built.cycles(warehouse, models)] == once
