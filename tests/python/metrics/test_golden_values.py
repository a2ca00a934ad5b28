"""Every metric has a value that a person worked out, and MetricFlow finds it."""

from __future__ import annotations

import ast
import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from leitstand.config import PROJECT_ROOT
from metrics import small_company
from metrics.engine import Metrics
from running import Company

MANIFEST = PROJECT_ROOT / "target" / "semantic_manifest.json"


class Golden(NamedTuple):
    """A metric's value in a period, empty for none, and how it comes about."""

    metric: str
    grain: str
    period: str
    where: str
    expected: str
    calculation: str

    @property
    def value(self) -> float | None:
        return float(_worked_out(ast.parse(self.expected, mode="eval").body)) if self.expected else None


def _worked_out(term: ast.expr) -> Fraction:
    """A sum, product or quotient of numbers, exactly."""
    match term:
        case ast.Constant(value=number):
            return Fraction(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_worked_out(operand)
        case ast.BinOp(left=left, op=operator, right=right):
            a, b = _worked_out(left), _worked_out(right)
            match operator:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
    raise ValueError(f"no calculation: {ast.unparse(term)}")


def golden_values() -> list[Golden]:
    with (Path(__file__).parent / "golden_values.csv").open() as file:
        return [Golden(**row) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def metrics(demo: Company, tmp_path_factory: pytest.TempPathFactory) -> Metrics:
    return Metrics(MANIFEST, small_company.build(tmp_path_factory.mktemp("small")))


def test_metrics_are_what_was_worked_out_by_hand(metrics: Metrics) -> None:
    questions = defaultdict(list)
    for golden in golden_values():
        questions[golden.grain, golden.where].append(golden)
    wrong = []
    for (grain, where), asked in questions.items():
        found = metrics.by_period(sorted({golden.metric for golden in asked}), grain, where)
        for golden in asked:
            value = found[golden.metric].get(golden.period)
            expected = golden.value
            if (value is None) != (expected is None) or (
                value is not None and float(value) != pytest.approx(expected, rel=1e-9, abs=1e-9)
            ):
                wrong.append(f"{golden.metric}, {grain} {golden.period}: {value}, not {golden.expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("metric", "month", "channel", "expected"),
    [
        # February to April: b-1, and no cost
        ("cost_per_qualified_lead_rolling_3_months", "2026-04-01", "webinar", 0),
        # 180 + 90 spent, and no qualified lead
        ("cost_per_qualified_lead_rolling_3_months", "2026-04-01", "search", None),
        # 50 spent, and no pipeline
        ("sourced_pipeline_per_cost_rolling_6_months", "2025-02-01", "search", 0),
        # o7, and no cost
        ("sourced_pipeline_per_cost_rolling_6_months", "2025-02-01", "webinar", None),
    ],
)
def test_a_side_that_a_channel_has_no_rows_of_is_zero(
    metrics: Metrics, metric: str, month: str, channel: str, expected: int | None
) -> None:
    """Among channels that have them: 0 over something is 0, something over 0 is nothing."""
    assert metrics.by_channel(metric, month)[channel] == expected


def test_every_metric_has_a_golden_value(demo: Company) -> None:
    names = {metric["name"] for metric in json.loads(MANIFEST.read_text())["metrics"]}
    assert names == {golden.metric for golden in golden_values()}


def test_the_spine_ends_at_as_of(metrics: Metrics) -> None:
    months = metrics.by_period(["sals", "mql_to_sal_rate"], "month")
    assert max(months["sals"]) == "2026-04-01"
    # a period without rows: none are counted, and a rate has none
    assert (months["sals"]["2026-04-01"], months["mql_to_sal_rate"]["2026-04-01"]) == (0, None)
