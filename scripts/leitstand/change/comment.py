"""The report of a change as a comment for a pull request, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from leitstand.change.checks import CheckChange
from leitstand.change.ci import ChangeReport
from leitstand.change.figures import SCORECARD, Comparison, Figure

_MOST = 40
"""Rows of one list; how many more there are is said."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def as_comment(report: ChangeReport) -> str:
    """The comment: verdict, published contract, KPIs before and after, models, checks."""
    blocks = [
        *_verdict(report),
        *_contract(report),
        *_figures(report),
        *_models(report),
        *_checks(report),
    ]
    return "\n".join(blocks) + "\n"


def latest_kpis(comparison: Comparison) -> list[Figure]:
    """The company's KPIs that differ: of the newest mature month, or else of the newest that differs."""
    kpis = [f for f in comparison.changed if f.table == SCORECARD and f.scope_type == "company"]
    months = [figure for figure in kpis if figure.period_type == "month"]
    newest: dict[tuple[str, str], Figure] = {}
    for figure in sorted(months, key=lambda f: (f.is_latest, str(f.period_start))):
        newest[figure.figure, figure.detail] = figure
    return [newest[key] for key in sorted(newest)]


def shown(value: float | None, unit: str) -> str:
    """A number as people read it, by the unit of its KPI."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value:.2%}"
    if unit == "count" or float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.2f}"
    return f"{value:,.2f}"


def shown_difference(figure: Figure) -> str:
    """The difference with its sign; of shares in percentage points."""
    if figure.difference is None:
        return ""
    if figure.unit == "share":
        return f"{figure.difference * 100:+,.2f} pp"
    return ("+" if figure.difference > 0 else "") + shown(figure.difference, figure.unit)


def shown_relative(figure: Figure) -> str:
    """The relative difference in percent; nothing where there is none."""
    relative = figure.relative_difference
    return "" if relative is None else f"{relative:+.1%}"


def _verdict(report: ChangeReport) -> Iterator[str]:
    problems = []
    if report.failed:
        problems.append(f"{len(report.failed)} checks or models failed")
    if report.undeclared:
        problems.append(f"{len(report.undeclared)} breaking changes are not in the changelog")
    yield f"## Leitstand: {' and '.join(problems) if problems else 'nothing stands against this change'}"
    yield ""
    names = [f"{len(report.added)} added", f"{len(report.changed)} changed", f"{len(report.removed)} removed"]
    yield (
        f"Against release `{report.release_id}`: models and definitions {', '.join(names)}; "
        f"{report.touched} built anew, {report.checks_passed} of {report.checks_total} checks passed"
        + (f", {report.checks_skipped} skipped." if report.checks_skipped else ".")
    )
    if report.everything_because:
        reasons = ", ".join(f"`{reason}`" for reason in report.everything_because)
        yield f"Everything was built, because what these touch is not known: {reasons}."
    for node in report.failed:
        yield f"* **failed** `{_plain(node.name)}`: {_plain(node.message)}"
    for node in report.warned:
        yield f"* warning `{_plain(node.name)}`: {_plain(node.message)}"


def _contract(report: ChangeReport) -> Iterator[str]:
    yield from ("", "### Published contract", "")
    if not report.contract:
        yield "No table, column, type or key changes."
        return
    yield from _table("name", "change", "breaking")
    for change in report.contract:
        breaking = "" if not change.is_breaking else "yes, declared" if change.is_declared else "**yes**"
        yield _row(f"`{change.name}`", change.what, breaking)
    if report.undeclared:
        yield ""
        yield (
            "What breaks readers needs a line under `## Unreleased` of CHANGELOG.md, such as: "
            f"`Breaking: {report.undeclared[0].name} ({report.undeclared[0].what})`."
        )


def _figures(report: ChangeReport) -> Iterator[str]:
    yield from ("", "### KPI values before and after", "")
    if report.not_built:
        names = ", ".join(f"`{name}`" for name in report.not_built)
        yield f"Not built, so nothing is known of their figures: {names}."
        yield ""
    changed = report.comparison.changed
    if not changed:
        built = len(report.comparison.tables)
        yield f"No figure changes ({len(report.comparison.figures):,} compared in {built} published tables)."
        return
    kpis = latest_kpis(report.comparison)
    if kpis:
        yield from _table("KPI", "month", "before", "after", "difference", "relative", "status")
        yield from _few(kpi_row(figure) for figure in kpis)
        yield ""
    yield from _table("published table", "figures that change", "of")
    for table in report.comparison.tables:
        count = sum(figure.table == table for figure in changed)
        if count:
            total = sum(figure.table == table for figure in report.comparison.figures)
            yield _row(f"`{table}`", f"{count:,}", f"{total:,}")


def kpi_row(figure: Figure) -> str:
    """One KPI as a row of the table."""
    status = figure.status_after or ""
    if figure.status_before != figure.status_after:
        status = f"{figure.status_before or 'none'} → {figure.status_after or 'none'}"
    month = f"{figure.period_start:%Y-%m}" if figure.period_start else ""
    return _row(
        figure.label + (" (plan)" if figure.detail == "plan" else ""),
        month,
        shown(figure.before, figure.unit),
        shown(figure.after, figure.unit),
        shown_difference(figure),
        shown_relative(figure),
        status,
    )


def _models(report: ChangeReport) -> Iterator[str]:
    yield from ("", "### Models and definitions", "")
    parts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    if not any(parts.values()):
        yield "None changed."
    for what, names in parts.items():
        yield from _few(f"* {what}: `{name}`" for name in names)


def _checks(report: ChangeReport) -> Iterator[str]:
    yield from ("", "### Checks", "")
    if not report.checks:
        yield "None added, none lost."
    for what in ("lost", "weakened", "changed", "added"):
        yield from _few(f"* {what}: {_plain(_named(check))}" for check in report.checks if check.what == what)


def _named(check: CheckChange) -> str:
    return check.name + (f" ({', '.join(check.settings)})" if check.settings else "")


def _few(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield f"\n… and {len(every) - _MOST:,} more; `--json` has all."


def _table(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|" + "---|" * len(titles)


def _row(*cells: str) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """Text that is no markup: names and messages may hold what people wrote."""
    text = " ".join(_COLOUR.sub("", text).split())
    for mark, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "\\|"), ("@", "&#64;")):
        text = text.replace(mark, instead)
    return text
