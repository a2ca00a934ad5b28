"""A difference is split by cause: the parts of hand-made cases, and any cases against sums made in Python."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from leitstand.ledger import split
from leitstand.ledger.cases import COLUMNS
from leitstand.ledger.marks import make_causes

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
APRIL = dt.date(2026, 4, 1)
KPIS = {"mql_to_sal_rate": "ratio", "mqls": "sum", "speed_to_lead_minutes": "median"}
KPIS |= {"marketing_cost_amount": "sum"}
Case = dict[str, Any]


def case(
    kpi: str, name: str, numerator: int | None = None, denominator: int | None = None, **other: Any
) -> Case:
    return {
        "kpi": kpi,
        "month": MAY,
        "channel": "events",
        "segment": "large",
        "team": None,
        "case_id": f"lead:{name}-1",
        "lead_id": name,
        "numerator": numerator,
        "denominator": denominator,
        "measure": None,
    } | other


def insert(db: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: Iterable[Case]) -> None:
    db.execute(f"create table {table} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
    values = [[row[name] for name in columns] for row in rows]
    if values:
        db.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", values)


def scopes(row: Case) -> list[str]:
    names = [("company", "company"), *((d, row[d]) for d in ("channel", "segment", "team"))]
    return [f"{kind}:{name}" for kind, name in names if name is not None]


def periods(row: Case) -> list[tuple[str, dt.date]]:
    return [("month", row["month"]), ("quarter", APRIL)]


def figures(cases: Iterable[Case]) -> dict[tuple[str, str, dt.date, str], float]:
    """The scorecard of cases, in Python."""
    groups: dict[tuple[str, str, dt.date, str], list[Case]] = {}
    for row in cases:
        for scope in scopes(row):
            for kind, start in periods(row):
                groups.setdefault((row["kpi"], kind, start, scope), []).append(row)
    found = {}
    for key, rows in groups.items():
        numerator, denominator = (sum(r[n] or 0 for r in rows) for n in ("numerator", "denominator"))
        match KPIS[key[0]]:
            case "median":
                found[key] = statistics.median(r["measure"] for r in rows)
            case "ratio":
                found[key] = numerator / denominator if denominator else 0.0
            case _:
                found[key] = float(numerator)
    return found


def restate(
    before: list[Case],
    after: list[Case],
    causes: dict[str, str],
    others: dict[str, tuple[float, float]] | None = None,
) -> dict[Any, dict[str, Any]]:
    """What the split says: by figure and cause the difference and the leads; `others` have no cases."""
    with duckdb.connect() as db:
        insert(db, "before_cases", COLUMNS, before)
        insert(db, "after_cases", COLUMNS, after)
        value = {"kpi": "varchar", "period_type": "varchar", "period_start": "date", "scope": "varchar"}
        for name, cases in (("former", before), ("present", after)):
            rows = [
                dict(zip([*value, "value"], [*key, amount], strict=True))
                for key, amount in figures(cases).items()
            ]
            rows += [
                dict(
                    zip(
                        [*value, "value"],
                        [kpi, "month", MAY, "company:company", pair[name == "present"]],
                        strict=True,
                    )
                )
                for kpi, pair in (others or {}).items()
            ]
            insert(db, name, value | {"value": "double"}, rows)
        insert(
            db,
            "kpis",
            {"kpi": "varchar", "aggregation": "varchar"},
            [{"kpi": k, "aggregation": a} for k, a in KPIS.items()],
        )
        months = [("month", m, m) for m in (MAY, JUNE)] + [("quarter", APRIL, m) for m in (MAY, JUNE)]
        insert(
            db,
            "period_months",
            {"period_type": "varchar", "period_start": "date", "month_start": "date"},
            [dict(zip(("period_type", "period_start", "month_start"), row, strict=True)) for row in months],
        )
        insert(
            db,
            "marks",
            {"subject": "varchar", "cause": "varchar"},
            [{"subject": f"lead:{lead}", "cause": cause} for lead, cause in causes.items()],
        )
        split.begin(db)
        make_causes(db, "before_cases", "after_cases", split.LEAD_CAUSES)
        split.add_change(db, "before_cases", "after_cases", "causes")
        found: dict[Any, dict[str, Any]] = {}
        for kpi, kind, start, scope, _, cause, difference, leads in db.execute(split.finish("r2")).fetchall():
            found.setdefault((kpi, kind, start, scope), {})[cause] = (difference, leads)
    return found


def test_a_rate_changes_by_cause_in_their_order() -> None:
    """2 of 4 MQLs were accepted; one that was not is erased (2 of 3), one that was is corrected (1 of 3), and
    one comes late and was accepted (2 of 4)."""
    rate = "mql_to_sal_rate"
    before = [case(rate, lead, accepted, 1) for lead, accepted in zip("abcd", (1, 1, 0, 0), strict=True)]
    after = [case(rate, "a", 1, 1), case(rate, "b", 0, 1), case(rate, "d", 0, 1), case(rate, "e", 1, 1)]
    parts = restate(before, after, {"c": "erased", "b": "corrected"})[rate, "month", MAY, "company:company"]
    assert parts == {
        "erased": (Decimal("0.166666666667"), 1),
        "corrected": (Decimal("-0.333333333334"), 1),
        "late": (Decimal("0.166666666667"), 1),
    }


def test_a_lead_that_moves_to_another_channel_leaves_one_and_enters_the_other() -> None:
    before = [case("mqls", "a", 1), case("mqls", "b", 1)]
    after = [case("mqls", "a", 1, channel="webinar"), case("mqls", "b", 1)]
    found = restate(before, after, {"a": "merged"})
    assert found == {
        ("mqls", kind, start, scope): {"merged": (Decimal(part), 1)}
        for kind, start in (("month", MAY), ("quarter", APRIL))
        for scope, part in (("channel:events", -1),)
    }, "a figure that had not been published before is no restatement"


def test_the_first_cause_of_several_holds() -> None:
    before, after = [case("mqls", "a", 1), case("mqls", "b", 1)], [case("mqls", "b", 1)]
    for causes, expected in (({"a": "deleted"}, "deleted"), ({}, "late")):
        parts = restate(before, after, causes)["mqls", "month", MAY, "company:company"]
        assert parts == {expected: (Decimal(-1), 1)}


def test_a_median_is_taken_anew_after_each_cause() -> None:
    """Of 10, 20, 90 minutes the median is 20; without the 10 it is 55; with 60 in place of 90 it is 40."""
    kpi = "speed_to_lead_minutes"
    before = [case(kpi, lead, measure=minutes) for lead, minutes in (("a", 10.0), ("b", 20.0), ("c", 90.0))]
    after = [case(kpi, "b", measure=20.0), case(kpi, "c", measure=60.0)]
    parts = restate(before, after, {"a": "erased", "c": "corrected"})[kpi, "month", MAY, "company:company"]
    assert parts == {"erased": (Decimal(35), 1), "corrected": (Decimal(-15), 1)}


def test_a_variance_to_plan_changes_as_its_cost_does() -> None:
    """Cost of 100 against a plan of 80 rises by 30 that came late and 10 that were corrected."""
    cost, variance = "marketing_cost_amount", "budget_variance_amount"
    before = [case(cost, "a", 60), case(cost, "b", 40)]
    after = [case(cost, "a", 60), case(cost, "b", 50), case(cost, "c", 30)]
    found = restate(before, after, {"b": "corrected"}, {variance: (20.0, 60.0)})
    parts = {"corrected": (Decimal(10), 1), "late": (Decimal(30), 1)}
    assert found[cost, "month", MAY, "company:company"] == parts
    assert found[variance, "month", MAY, "company:company"] == parts


@st.composite
def changed_cases(draw: st.DrawFn) -> tuple[list[Case], list[Case], dict[str, str]]:
    """Leads as they were and as they are, each with a cause."""
    before, after, causes = [], [], {}
    for lead in range(draw(st.integers(1, 6))):
        name = f"l{lead}"
        for cases in (before, after):
            for kpi, aggregation in KPIS.items():
                if draw(st.booleans()):
                    number = draw(st.integers(1, 5))
                    numbers = {
                        "ratio": {"numerator": draw(st.integers(0, 1)), "denominator": 1},
                        "sum": {"numerator": number},
                        "median": {"measure": number / 3},
                    }[aggregation]
                    month = draw(st.sampled_from((MAY, JUNE)))
                    channel = draw(st.sampled_from(("events", "email")))
                    cases.append(case(kpi, name, **numbers, month=month, channel=channel))
        if cause := draw(st.sampled_from((None, *split.LEAD_CAUSES))):
            causes[name] = cause
    return before, after, causes


@settings(max_examples=10, deadline=None)
@given(changed_cases())
def test_any_change_adds_up_and_each_part_is_that_of_its_leads(
    changed: tuple[list[Case], list[Case], dict[str, str]],
) -> None:
    before, after, causes = changed
    found = restate(before, after, causes)
    former, present = figures(before), figures(after)
    rank = {cause: number for number, cause in enumerate(split.LEAD_CAUSES)}

    def mixed(last: int) -> dict[Any, float]:
        """The figures once all leads up to this cause are as they are now."""

        def is_new(row: Case) -> bool:
            return rank[causes.get(row["lead_id"], "late")] <= last

        return figures([r for r in before if not is_new(r)] + [r for r in after if is_new(r)])

    stages = [mixed(last) for last in range(-1, len(rank))]
    for key, value in former.items():
        parts = {cause: part for cause, (part, _) in found.get(key, {}).items()}
        total = _amount(present.get(key, 0.0)) - _amount(value)
        assert sum(parts.values(), Decimal(0)) == total
        for cause, number in rank.items():
            step = _amount(stages[number + 1].get(key, 0.0)) - _amount(stages[number].get(key, 0.0))
            assert abs(parts.get(cause, Decimal(0)) - step) <= Decimal("2e-12")


def _amount(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("1e-12"))
