"""Two sets of published tables side by side: each KPI, and each additive column by month and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from leitstand import spreadsheet
from leitstand.land.sql import literal
from leitstand.units import read_as

SCORECARD = "kpi_scorecard"
_KEY = ("kpi", "period_type", "period_start", "scope_type", "scope")
_MONTHS = ("month", "cohort_month")
_SAME = "1e-9 * greatest(1, abs(coalesce(before, 0)), abs(coalesce(after, 0)))"


@dataclass(frozen=True)
class Figure:
    """One figure before and after.

    Of the scorecard it is a KPI, in `detail` its `value` or its `plan`. Of another table it is a column,
    summed over all that it may be summed over except month and channel; `detail` names the other dimensions.
    `relative_difference` is that to the amount before. `is_latest` marks the newest period of a KPI and scope
    that was mature before.
    """

    table: str
    figure: str
    label: str
    unit: str
    period_type: str
    period_start: dt.date | None
    scope_type: str
    scope: str
    detail: str
    before: float | None
    after: float | None
    difference: float | None
    relative_difference: float | None
    status_before: str | None
    status_after: str | None
    is_latest: bool
    is_changed: bool


@dataclass(frozen=True)
class Comparison:
    """The figures of all tables that were compared: in order, changed or not."""

    tables: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def changed(self) -> tuple[Figure, ...]:
        """Those that differ."""
        return tuple(figure for figure in self.figures if figure.is_changed)


def compare(before: Path, after: Path, nodes: dict[str, dict[str, Any]]) -> Comparison:
    """Compare the published tables of a release with those that another build made.

    Parameters:
        before: the DuckDB file of the release.
        after: the warehouse of the other build.
        nodes: the published models to compare, by name, as the manifest of the other build has them.
    """
    figures: list[Figure] = []
    with duckdb.connect(":memory:") as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach {literal(before)} as before_file (read_only)")
        db.execute(f"attach {literal(after)} as after_file (read_only)")
        for name, node in nodes.items():
            old, new = f"before_file.kpi.{name}", f"after_file.{node['schema']}.{name}"
            if name == SCORECARD:
                rows = [
                    (kpi, label, read_as(kpi, unit), *rest)
                    for measure in ("value", "plan")
                    for kpi, label, unit, *rest in _kpis(db, old, new, measure)
                ]
            else:
                rows = [
                    row for column in node["columns"].values() for row in _sums(db, old, new, node, column)
                ]
            figures += [Figure(name, *row) for row in rows]
    return Comparison(tuple(nodes), tuple(figures))


def as_csv(figures: Iterable[Figure]) -> str:
    """The figures as CSV with a header."""
    return spreadsheet.as_csv(Figure, figures)


def _kpis(db: duckdb.DuckDBPyConnection, old: str, new: str, measure: str) -> list[tuple[Any, ...]]:
    """The values or the plans of the scorecard; a plan is compared where there is one."""
    wanted = {*_KEY, "value", "plan", "label_en", "unit", "status", "is_mature"}
    if not wanted <= _columns(db, old) & _columns(db, new):
        return []
    key = ", ".join(_KEY)
    was, now = ("old.status", "new.status") if measure == "value" else ("null::varchar", "null::varchar")
    return db.execute(
        f"""
        with joined as (
            select
                {key},
                coalesce(new.label_en, old.label_en) as label,
                coalesce(new.unit, old.unit) as unit,
                old.{measure}::double as before,
                new.{measure}::double as after,
                {was} as status_before,
                {now} as status_after,
                period_start = max(case when old.is_mature then period_start end)
                    over (partition by kpi, period_type, scope_type, scope) as is_latest
            from {old} as old
            full join {new} as new using ({key})
        )
        select
            kpi, label, unit, period_type, period_start, scope_type, scope, '{measure}' as detail,
            {_differences("after - before", "status_before is distinct from status_after")}
        from joined
        where '{measure}' = 'value' or before is not null or after is not null
        order by {key}
        """
    ).fetchall()


def _sums(
    db: duckdb.DuckDBPyConnection, old: str, new: str, node: dict[str, Any], column: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """One column, summed over what it may be summed over, except month and channel."""
    name, meta = column["name"], column["config"]["meta"]
    known = _columns(db, old) & _columns(db, new)
    if meta.get("role") != "additive" or name not in known:
        return []
    key = [dimension for dimension in node["config"]["meta"]["key"] if dimension in known]
    month = next((dimension for dimension in _MONTHS if dimension in key), None)
    kept = [d for d in key if d not in meta["additive_over"] and d not in (month, "channel")]
    detail = " || ', ' || ".join(f"'{d}=' || {d}" for d in kept) or "''"
    dimensions = f"""
        {f"{month}::date" if month else "null::date"} as period_start,
        {"channel" if "channel" in key else "'company'"} as scope,
        {detail} as detail
    """
    return db.execute(
        f"""
        with
        old as (select {dimensions}, sum({name})::double as before from {old} group by all),
        new as (select {dimensions}, sum({name})::double as after from {new} group by all),
        joined as (
            select
                coalesce(new.period_start, old.period_start) as period_start,
                coalesce(new.scope, old.scope) as scope,
                coalesce(new.detail, old.detail) as detail,
                old.before,
                new.after,
                null::varchar as status_before,
                null::varchar as status_after,
                false as is_latest
            from old
            full join new
                on old.period_start is not distinct from new.period_start
                and old.scope = new.scope
                and old.detail = new.detail
        )
        select
            '{name}' as figure, '{name}' as label, '' as unit, 'month' as period_type, period_start,
            '{"channel" if "channel" in key else "company"}' as scope_type, scope, detail,
            {_differences("coalesce(after, 0) - coalesce(before, 0)", "false")}
        from joined
        order by period_start, scope, detail
        """
    ).fetchall()


def _differences(difference: str, differs_otherwise: str) -> str:
    """Before and after, and what lies between them; the last bits of a sum are no difference."""
    changed = f"abs({difference}) > {_SAME}"
    nulls = "(before is null) <> (after is null)" if "coalesce" not in difference else "false"
    return f"""
        before, after,
        round({difference}, 9) as difference,
        round(({difference}) / nullif(abs(before), 0), 9) as relative_difference,
        status_before, status_after,
        coalesce(is_latest, false) as is_latest,
        coalesce({changed}, false) or {nulls} or {differs_otherwise} as is_changed
    """


def _columns(db: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """The columns of a table; none where there is no such table."""
    try:
        return {name for name, *_ in db.execute(f"describe {table}").fetchall()}
    except duckdb.CatalogException:
        return set()
