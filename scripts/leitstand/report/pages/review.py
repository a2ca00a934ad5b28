"""The review pack of a month or a quarter: what changed, what became of decisions, what needs deciding."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from leitstand.report import charts
from leitstand.report.costs import read_costs
from leitstand.report.decisions import Decision, read_decisions
from leitstand.report.funnel import read_funnel
from leitstand.report.measures import KpiRow, read_kpis
from leitstand.report.pages.data import read_checks
from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.restatements import read_restatements
from leitstand.report.scorecard import read_tiles
from leitstand.report.site import Site

KPIS = (
    "marketing_contribution_to_pipeline",
    "cost_per_qualified_lead",
    "first_touch_to_sal_rate",
    "new_pipeline_amount",
    "sourced_pipeline_amount",
    "influenced_pipeline_amount",
    "inquiries",
    "mqls",
    "sals",
    "opportunities",
    "wins",
    "inquiry_to_mql_rate",
    "mql_to_sal_rate",
    "sla_attainment",
    "speed_to_lead_minutes",
    "reason_completeness",
    "win_rate",
    "sales_cycle_days",
    "pipeline_coverage",
    "marketing_cost_amount",
    "marketing_roi",
)


@dataclass(frozen=True)
class Item:
    """One point of the agenda: what it is about, why, and how it is marked."""

    kind: str
    title: str
    reason: str
    status: str


@dataclass(frozen=True)
class Baseline:
    """The last publication before the period that is reviewed, if there was one."""

    release_id: str
    published_at: dt.datetime
    definition_version: str
    project_version: str


def monthly(site: Site) -> dict[str, Any]:
    """The pack of the last complete month."""
    return _content(site, "month", site.year.last)


def quarterly(site: Site) -> dict[str, Any]:
    """The pack of the last complete quarter of the company's year."""
    found = site.published.rows(
        """
        select max(cast(period_start as date)) as quarter
        from kpi.kpi.kpi_scorecard
        where
            period_type = 'quarter'
            and scope_type = 'company'
            and cast(period_start as date) <= $latest
        """,
        latest=add_months(site.year.last, -2),
    )[0]["quarter"]
    return _content(site, "quarter", add_months(found, 2) if found else site.year.last)


def _content(site: Site, review: str, last: dt.date) -> dict[str, Any]:
    year = TwelveMonths(last)
    kpis = read_kpis(site.published, KPIS, last, site.language, review)
    every = read_decisions(site.published, site.year.last, site.language)
    decisions = [d for d in every if d.review == review]
    baseline = _baseline(site, last if review == "month" else add_months(last, -2))
    signals = [row for row in kpis if row.signals]
    return {
        "review": review,
        "shown": site.words.month(last) if review == "month" else site.words.quarter(add_months(last, -2)),
        "kpis": kpis,
        "signals": [(row, _chart(site, row)) for row in signals],
        "decisions": decisions,
        "baseline": baseline,
        "definitions": _definitions(site, baseline),
        "restatements": read_restatements(site.published, site.language, baseline.release_id)
        if baseline
        else (),
        "agenda": _agenda(
            site, year, kpis, [*decisions, *(d for d in every if d.review != review and d.is_overdue)]
        ),
    }


def _baseline(site: Site, first: dt.date) -> Baseline | None:
    """What was published last before the reviewed period was complete."""
    if not site.published.has("meta", "publications"):
        return None
    rows = site.published.rows(
        """
        select
            release_id,
            published_at,
            definition_version,
            project_version
        from meta.publications
        where
            as_of < $first + interval 1 month
            and release_id <> $own
        order by number desc
        limit 1
        """,
        first=first,
        own=site.head.release_id,
    )
    return Baseline(**rows[0]) if rows else None


def _definitions(site: Site, baseline: Baseline | None) -> list[dict[str, Any]]:
    """Files of the agreement that changed since, and how many of their rows."""
    if baseline is None:
        return []
    return site.published.rows(
        """
        select
            definition,
            cast(sum(rows_added) as bigint) as added,
            cast(sum(rows_removed) as bigint) as removed,
            cast(sum(rows_changed) as bigint) as changed,
            cast(sum(rows_of_history) as bigint) as history
        from meta.definition_changes
        where number > (select max(number) from meta.publications where release_id = $since)
        group by definition
        order by definition
        """,
        since=baseline.release_id,
    )


def _agenda(
    site: Site, year: TwelveMonths, kpis: tuple[KpiRow, ...], decisions: list[Decision]
) -> list[Item]:
    """What needs deciding, by rule: proposals, overdue decisions, red figures, signals, the largest leak,
    spend without output, checks that failed."""
    words = site.words
    items = [
        Item(
            "proposed",
            d.title,
            words.text("agenda.proposed", responsible=site.labels.of("responsible", d.responsible)),
            "grey",
        )
        for d in decisions
        if d.status == "proposed" and not d.is_overdue
    ]
    items += [
        Item(
            "overdue",
            d.title,
            words.text(
                "agenda.overdue",
                responsible=site.labels.of("responsible", d.responsible),
                due=words.date(d.due_on) if d.due_on else "",
            ),
            "red",
        )
        for d in decisions
        if d.is_overdue
    ]
    for row in kpis:
        if row.shown.status == "red":
            items.append(
                Item(
                    "red",
                    row.label,
                    words.text(
                        "agenda.red",
                        value=words.unit(row.shown.value, row.unit),
                        plan=words.unit(row.shown.plan, row.unit),
                        deviation=words.signed(row.deviation),
                    ),
                    "red",
                )
            )
        elif row.signals:
            items.append(
                Item(
                    "signal",
                    row.label,
                    words.text(
                        f"agenda.{row.signals[-1].signal}", month=words.month(row.signals[-1].period_start)
                    ),
                    "amber",
                )
            )
    kpi = read_tiles(site.published, year.last, site.language)[-1].kpi
    funnel = read_funnel(site.published, year, kpi, site.language)
    if funnel.largest_leak and funnel.largest_leak.stage.rate:
        leak = funnel.largest_leak
        start = funnel.short(funnel.largest_leak.stage.rate.from_stage)
        items.append(
            Item(
                "leak",
                words.text("agenda.leak_title", start=start, end=leak.stage.short),
                words.text("agenda.leak", lost=words.count(round(leak.lost))),
                "amber",
            )
        )
    for channel in read_costs(site.published, year, site.language).channels:
        if channel.is_without_output:
            items.append(
                Item(
                    "spent",
                    channel.label,
                    words.text("agenda.spent", cost=words.money(channel.cost)),
                    "amber",
                )
            )
    for check in read_checks(site.published.folder, site.language):
        if check.status == "failed":
            items.append(Item("check", check.name, words.text("agenda.check"), "red"))
    return items


def _chart(site: Site, row: KpiRow) -> Any:
    words = site.words
    last = row.year[-1]
    return charts.process(
        [point.value for point in row.year],
        [point.is_signal for point in row.year],
        low=last.process_low,
        high=last.process_high,
        name=f"process-{row.kpi.replace('_', '-')}",
        title=words.text("review.process_chart", label=row.label),
        description="; ".join(
            f"{words.month(point.period_start)}: {words.unit(point.value, row.unit)}" for point in row.year
        ),
    )
