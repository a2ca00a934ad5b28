"""Signals and plans of the published scorecard, against a second implementation."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

import pytest

from running import Company

MINIMUM = 8


def signal(earlier: Sequence[float | None], value: float | None) -> str:
    """What the XmR chart says of a month, from the values before it, oldest first."""
    if value is None:
        return "(none)"
    window = list(earlier)[-12:]
    known = [v for v in window if v is not None]
    ranges = [abs(b - a) for a, b in pairwise(window) if a is not None and b is not None]
    usual = fmean(ranges) if ranges else 0
    if len(known) >= MINIMUM and usual > 0 and abs(value - fmean(known)) > 2.66 * usual:
        return "outside_limits"
    run = [*list(earlier)[-7:], value]
    before = [v for v in list(earlier)[:-7][-12:] if v is not None]
    if len(run) == 8 and None not in run and len(before) >= MINIMUM:
        sides = {(v > fmean(before)) - (v < fmean(before)) for v in run if v is not None}
        if sides in ({1}, {-1}):
            return "run_of_eight"
    return "(none)"


def test_the_reference_gives_the_known_signal() -> None:
    """Mean 41.5, limits 31.24 and 51.76."""
    baseline = [40, 44, 38, 42, 45, 39, 41, 43]
    assert signal(baseline, 60) == "outside_limits"
    assert signal(baseline, 51) == "(none)"
    assert signal(baseline[1:], 60) == "(none)"
    assert signal([*baseline, 42, 43, 42, 43, 42, 43, 42], 42) == "run_of_eight"
    assert signal([*baseline, 42, 43, 42, 41, 42, 43, 42], 42) == "(none)"


def test_signals_are_those_of_the_chart(demo: Company) -> None:
    rows = demo.published(
        "select kpi, scope_type, scope, value, signal, is_mature from kpi.kpi.kpi_scorecard "
        "where period_type = 'month' order by kpi, scope_type, scope, period_start"
    )
    series: dict[tuple[str, str, str], list[float | None]] = {}
    found: dict[str, int] = {}
    for kpi, scope_type, scope, value, shown, is_mature in rows:
        earlier = series.setdefault((kpi, scope_type, scope), [])
        expected = signal(earlier, value) if is_mature else "(none)"
        assert shown == expected, (kpi, scope_type, scope, len(earlier))
        found[shown] = found.get(shown, 0) + 1
        earlier.append(value)
    assert found["outside_limits"] > 10
    assert found["run_of_eight"] > 10


def test_periods_are_made_of_their_months(demo: Company) -> None:
    """Quarter, three months and year to date of additive KPIs and of the parts of ratios, plan included.

    A stock has no sum: the period has that of its last month.
    """
    stocks = {kpi for (kpi,) in demo.rows("select kpi from definitions.kpis where aggregation = 'stock'")}
    rows = demo.published(
        "select kpi, scope_type, scope, period_type, period_start, numerator, denominator, "
        "case when unit in ('count', 'currency') then plan end from kpi.kpi.kpi_scorecard "
        "where unit not in ('days', 'minutes', 'currency_per_day') and kpi not like 'budget%'"
    )
    months = {
        (kpi, kind, scope, start): (numerator, denominator, plan)
        for kpi, kind, scope, period, start, numerator, denominator, plan in rows
        if period == "month"
    }
    back = {"rolling_3_months": 2, "rolling_6_months": 5, "rolling_12_months": 11}
    checked = Counter[str]()
    kpis_of = defaultdict[str, set[str]](set)
    for kpi, kind, scope, period, start, numerator, denominator, plan in rows:
        if period == "month" or start >= dt.date(2026, 7, 1):
            continue
        last = start.month + 2 if period == "quarter" else start.month
        first = {"quarter": start.month, "year_to_date": 1}.get(period) or last - back[period]
        year, shift = (start.year, 0) if first > 0 else (start.year - 1, 12)
        parts = [
            months.get(
                (kpi, kind, scope, dt.date(year + (m - 1) // 12, (m - 1) % 12 + 1, 1)), (0, None, None)
            )
            for m in range((last if kpi in stocks else first) + shift, last + shift + 1)
        ]
        assert numerator == pytest.approx(sum(part[0] for part in parts), abs=1e-4)
        assert (denominator or 0) == pytest.approx(sum(part[1] or 0 for part in parts), abs=1e-4)
        if plan is not None:
            assert plan == pytest.approx(sum(part[2] for part in parts))
        checked[period] += 1
        kpis_of[period].add(kpi)
    assert kpis_of.pop("rolling_6_months") == {"sourced_pipeline_per_cost"}
    assert kpis_of.pop("rolling_12_months") == {"marketing_roi"}
    assert set(kpis_of) == {"quarter", "rolling_3_months", "year_to_date"}
    assert min(checked[period] for period in kpis_of) > 1_000


def test_velocity_is_that_of_its_segment_and_of_all_of_the_company(demo: Company) -> None:
    """By segment as its own mart has it; for the company from the deals, whose median no segment knows."""
    differing = demo.rows(
        "select month, segment from kpi.kpi_pipeline_velocity as marts "
        "full join (select * from kpi.kpi_scorecard where kpi = 'pipeline_velocity' "
        "and period_type = 'month' and scope_type = 'segment' and value is not null) as scores "
        "on marts.month = scores.period_start and marts.segment = scores.scope "
        "where abs(velocity_per_day - value) > 1e-9 * value "
        "or (coalesce(velocity_per_day, 0) = 0) <> (coalesce(value, 0) = 0)"
    )
    assert differing == []
    ((found,),) = demo.rows(
        "select value from kpi.kpi_scorecard where kpi = 'pipeline_velocity' "
        "and period_type = 'quarter' and period_start = '2026-04-01' and scope_type = 'company'"
    )
    quarter = "between '2026-04-01' and '2026-06-30'"
    ((expected,),) = demo.rows(
        "with deals as (select *, cast(timezone('Europe/Berlin', timezone('UTC', "
        "coalesce(won_at, lost_at))) as date) as closed_on from core.fct_opportunity where is_new_pipeline) "
        f"select sum(won_amount) filter (is_won and closed_on {quarter}) "
        f"/ count(*) filter ((is_won or is_lost) and closed_on {quarter}) "
        "/ median(epoch(won_at - opportunity_at) / 86400) "
        f"filter (is_won and not is_entry_from_opening and closed_on {quarter}) "
        "* (select count(*) from core.fct_opportunity_snapshot "
        "where snapshot_date = '2026-06-30' and is_open and is_new_pipeline) from deals"
    )
    assert found == pytest.approx(float(expected)) and found > 1_000
