"""The intervals on published figures, against a second implementation with known values."""

from __future__ import annotations

import math

import pytest

from running import Company

Z = 1.959964


def wilson(successes: float, cases: float) -> tuple[float, float]:
    share = successes / cases
    centre = share + Z * Z / 2 / cases
    half = Z * math.sqrt(share * (1 - share) / cases + Z * Z / 4 / cases**2)
    scale = 1 + Z * Z / cases
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def byar(events: float) -> tuple[float, float]:
    low = events * (1 - 1 / (9 * events) - Z / (3 * math.sqrt(events))) ** 3 if events else 0.0
    above = events + 1
    return low, above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [(12, 40, 0.1807, 0.4543), (0, 10, 0.0, 0.2775), (3, 3, 0.4385, 1.0), (120, 400, 0.2572, 0.3466)],
)
def test_the_reference_gives_the_known_values(successes: int, cases: int, low: float, high: float) -> None:
    assert wilson(successes, cases) == pytest.approx((low, high), abs=5e-5)


def test_byars_interval_is_near_the_exact_one_of_poisson() -> None:
    """Exact: 4.795 to 18.390 for 10 events, 81.36 to 121.63 for 100."""
    assert byar(10) == pytest.approx((4.795, 18.390), abs=0.01)
    assert byar(100) == pytest.approx((81.36, 121.63), abs=0.01)


def test_funnel_rates_carry_wilsons_interval(demo: Company) -> None:
    rows = demo.published(
        "select converted, matured, ci_low, ci_high from kpi.kpi.kpi_funnel_conversion "
        "where basis <> 'period' and matured > 0"
    )
    assert len(rows) > 1_000
    for converted, matured, low, high in rows:
        assert (low, high) == pytest.approx(wilson(converted, matured), abs=1e-9)


def test_funnel_rates_without_cases_have_no_interval(demo: Company) -> None:
    ((rows, bounds),) = demo.published(
        "select count(*), count(ci_low) + count(ci_high) from kpi.kpi.kpi_funnel_conversion "
        "where basis <> 'period' and matured = 0"
    )
    assert rows > 10
    assert bounds == 0


def test_scorecard_counts_carry_byars_interval(demo: Company) -> None:
    rows = demo.published("select value, ci_low, ci_high from kpi.kpi.kpi_scorecard where unit = 'count'")
    assert len(rows) > 500
    for value, low, high in rows:
        assert (low, high) == pytest.approx(byar(value), rel=1e-9)


def test_costs_per_lead_carry_the_delta_interval(demo: Company) -> None:
    """With a known cost over a count of Poisson, the standard error is value / sqrt(count)."""
    rows = demo.published(
        "select value, denominator, ci_low, ci_high from kpi.kpi.kpi_scorecard "
        "where unit = 'currency_per_lead' and denominator > 0"
    )
    assert len(rows) > 100
    for value, leads, low, high in rows:
        half = Z * value / math.sqrt(leads)
        assert (low, high) == pytest.approx((max(0.0, value - half), value + half), rel=1e-9)


def test_contribution_carries_the_delta_interval(demo: Company) -> None:
    """From the opportunities one by one: the residuals of a ratio of sums."""
    ((share, low, high),) = demo.published(
        "select value, ci_low, ci_high from kpi.kpi.kpi_scorecard "
        "where kpi = 'marketing_contribution_to_pipeline' and period_type = 'month' "
        "and scope_type = 'company' and period_start = date '2026-05-01'"
    )
    deals = demo.rows(
        "select entry_amount::double, is_marketing_sourced from core.fct_opportunity "
        "where is_new_pipeline and opportunity_month = date '2026-05-01'"
    )
    total = sum(amount for amount, _ in deals)
    expected = sum(amount for amount, sourced in deals if sourced) / total
    squares = sum((amount * sourced - expected * amount) ** 2 for amount, sourced in deals)
    half = Z * math.sqrt(squares * len(deals) / (len(deals) - 1)) / total
    assert share == pytest.approx(expected, rel=1e-12)
    assert (low, high) == pytest.approx((expected - half, expected + half), rel=1e-6)
