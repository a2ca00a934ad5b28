"""Two sets of figures side by side: the differences are those that a pencil gives."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from change.manifests import column, model
from leitstand.change.figures import Comparison, Figure, as_csv, compare

SCORECARD = model("kpi_scorecard", ["kpi", "period_type", "period_start", "scope_type", "scope"])
COST = model(
    "kpi_cost",
    ["basis", "month", "channel", "segment"],
    column("basis", "varchar"),
    column("month", "date"),
    column("channel", "varchar"),
    column("segment", "varchar"),
    column("cost_amount", "decimal(18,2)", "additive", ("month", "channel", "segment")),
    column("cost_per_mql", "double precision", "ratio"),
)
MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)

KPIS = """
    create table {schema}.kpi_scorecard (kpi varchar, period_type varchar, period_start date,
        scope_type varchar, scope varchar, value double, plan double, status varchar, is_mature boolean,
        label_en varchar, unit varchar);
    insert into {schema}.kpi_scorecard
    select *, 'Sales ready leads', 'count' from (values {rows});
    create table {schema}.kpi_cost (basis varchar, month date, channel varchar, segment varchar,
        cost_amount decimal(18, 2), cost_per_mql double);
    insert into {schema}.kpi_cost values {costs};
"""

Files = Callable[[str, str, str, str], tuple[Path, Path]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Make a release and a warehouse: scorecard rows before and after, and cost rows before and after."""

    def make(before: str, after: str, costs_before: str, costs_after: str) -> tuple[Path, Path]:
        release, warehouse = tmp_path / "kpi.duckdb", tmp_path / "leitstand.duckdb"
        with duckdb.connect(str(release)) as db:
            db.execute("create schema kpi.kpi")
            db.execute(KPIS.format(schema="kpi.kpi", rows=before, costs=costs_before))
        with duckdb.connect(str(warehouse)) as db:
            db.execute("create schema kpi")
            db.execute(KPIS.format(schema="kpi", rows=after, costs=costs_after))
        return release, warehouse

    return make


COSTS = """
    ('period', date '2026-05-01', 'email', 'small', 10.10, 1),
    ('period', date '2026-05-01', 'email', 'large', 20.20, 1),
    ('cohort', date '2026-05-01', 'email', 'small', 5, 1),
    ('period', date '2026-06-01', 'events', 'small', 7, 1)
"""
ROWS = """
    ('mqls', 'month', date '2026-05-01', 'company', 'company', 40, 50, 'amber', true),
    ('mqls', 'month', date '2026-06-01', 'company', 'company', 20, 50, 'grey', false),
    ('mqls', 'month', date '2026-05-01', 'channel', 'email', 8, null, 'grey', true)
"""


def kpis(comparison: Comparison) -> dict[tuple[object, ...], Figure]:
    return {(f.period_start, f.scope, f.detail): f for f in comparison.figures if f.table == "kpi_scorecard"}


def test_the_same_twice_differs_nowhere(files: Files) -> None:
    comparison = compare(*files(ROWS, ROWS, COSTS, COSTS), {"kpi_scorecard": SCORECARD, "kpi_cost": COST})
    # three values and two plans; email in May by basis, events in June
    assert len(comparison.figures) == 5 + 3
    assert comparison.changed == ()


def test_a_kpi_differs_by_value_and_status(files: Files) -> None:
    after = ROWS.replace("40, 50, 'amber'", "50, 50, 'green'")
    comparison = compare(*files(ROWS, after, COSTS, COSTS), {"kpi_scorecard": SCORECARD})
    assert len(comparison.changed) == 1
    figure = kpis(comparison)[MAY, "company", "value"]
    assert (figure.before, figure.after, figure.difference) == (40, 50, 10)
    assert figure.relative_difference == 0.25
    assert (figure.status_before, figure.status_after) == ("amber", "green")
    # June was not mature, so May is the newest month that speaks
    assert figure.is_latest and not kpis(comparison)[JUNE, "company", "value"].is_latest


def test_a_plan_is_a_figure_of_its_own(files: Files) -> None:
    after = ROWS.replace("20, 50, 'grey'", "20, 60, 'grey'")
    comparison = compare(*files(ROWS, after, COSTS, COSTS), {"kpi_scorecard": SCORECARD})
    (figure,) = comparison.changed
    assert (figure.detail, figure.before, figure.after, figure.relative_difference) == ("plan", 50, 60, 0.2)


def test_a_kpi_that_appears_or_goes_has_no_difference(files: Files) -> None:
    gone = ROWS.rsplit(",\n", 1)[0]
    release, warehouse = files(ROWS, gone, COSTS, COSTS)
    (figure,) = compare(release, warehouse, {"kpi_scorecard": SCORECARD}).changed
    assert (figure.scope, figure.before, figure.after, figure.difference) == ("email", 8, None, None)


def test_a_column_is_summed_by_month_and_channel(files: Files) -> None:
    after = COSTS.replace("10.10", "12.13").replace("'small', 5, 1", "'small', 5, 2")
    comparison = compare(*files(ROWS, ROWS, COSTS, after), {"kpi_cost": COST})
    (figure,) = comparison.changed
    assert (figure.figure, figure.period_start, figure.scope_type, figure.scope, figure.detail) == (
        "cost_amount",
        MAY,
        "channel",
        "email",
        "basis=period",
    )
    assert (figure.before, figure.after, figure.difference) == (30.3, 32.33, 2.03)
    assert figure.relative_difference == pytest.approx(2.03 / 30.3, abs=1e-9)


def test_a_channel_that_goes_loses_all(files: Files) -> None:
    after = COSTS.rsplit(",\n", 1)[0]
    (figure,) = compare(*files(ROWS, ROWS, COSTS, after), {"kpi_cost": COST}).changed
    assert (figure.scope, figure.before, figure.after, figure.difference) == ("events", 7, None, -7)
    assert figure.relative_difference == -1


def test_the_last_bits_are_no_difference(files: Files) -> None:
    after = ROWS.replace("40, 50", "40.000000000000007, 50")
    assert compare(*files(ROWS, after, COSTS, COSTS), {"kpi_scorecard": SCORECARD}).changed == ()


def test_a_table_that_is_new_is_compared_with_nothing(files: Files) -> None:
    new = COST | {"name": "kpi_new"}
    assert compare(*files(ROWS, ROWS, COSTS, COSTS), {"kpi_new": new}).figures == ()


def test_csv_has_a_column_for_each_field(files: Files) -> None:
    after = COSTS.replace("10.10", "12.13")
    comparison = compare(*files(ROWS, ROWS, COSTS, after), {"kpi_cost": COST})
    (row,) = csv.DictReader(io.StringIO(as_csv(comparison.changed)))
    assert (row["table"], row["scope"], row["before"], row["after"]) == ("kpi_cost", "email", "30.3", "32.33")
