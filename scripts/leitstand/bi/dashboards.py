"""The three dashboards and their charts: what stands where, and over which published table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from leitstand.bi.charts import Chart, Expression, Filter, Kind
from leitstand.headline import KPIS as HEADLINE

MONTHS_OF_COMPANY: dict[str, Filter] = {"period_type": "month", "scope_type": "company"}
Texts = dict[str, Any]
VOLUMES = ("inquiries", "mqls", "sals", "sqls", "opportunities", "wins")


@dataclass(frozen=True)
class Dashboard:
    """One dashboard: rows of charts, each with its width of twelve."""

    key: str
    title: str
    note: str
    rows: tuple[tuple[tuple[Chart, int], ...], ...]

    @property
    def charts(self) -> Iterator[Chart]:
        """All charts in reading order."""
        return (chart for row in self.rows for chart, _ in row)


def dashboards(kpis: frozenset[str], language: str) -> tuple[Dashboard, ...]:
    """The dashboards for a company that has these KPIs, in German (`de`) or English (`en`)."""
    texts = texts_of(language)
    return (_executive(kpis, texts, language), _funnel(texts, language), _pipeline(texts))


def texts_of(language: str) -> Texts:
    """What stands on the dashboards in a language."""
    text = (files("leitstand.bi") / "texts" / f"{language}.yml").read_text(encoding="utf-8")
    found: Texts = yaml.safe_load(text)
    return found


def _headline(alternatives: tuple[str, ...], kpis: frozenset[str], texts: Texts) -> Chart:
    kpi = next((kpi for kpi in alternatives if kpi in kpis), alternatives[-1])
    return Chart(
        kpi,
        texts["executive"][kpi],
        Kind.NUMBER,
        "kpi_scorecard",
        metrics=("value__value",),
        x="period_start",
        where={"kpi": kpi, **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.0f" if kpi == "cost_per_qualified_lead" else ".1%",
        description=texts["executive"]["headline"],
        month_before=texts["month_before"],
    )


def _executive(kpis: frozenset[str], texts: Texts, language: str) -> Dashboard:
    said, columns = texts["executive"], texts["columns"]
    latest = Chart(
        "latest",
        said["latest"],
        Kind.TABLE,
        "kpi_scorecard",
        metrics=(
            Expression(columns["month"], 'max("period_start")'),
            *(
                Expression(columns[name], f'arg_max_null("{name}", "period_start")')
                for name in ("value", "plan", "prior_year", "status")
            ),
        ),
        by=(f"label_{language}", "unit"),
        where={**MONTHS_OF_COMPANY, "is_mature": True},
    )
    against_plan = Chart(
        "against_plan",
        said["against_plan"],
        Kind.LINE,
        "kpi_scorecard",
        metrics=("value__value", "value__plan"),
        x="period_start",
        where={"kpi": "new_pipeline_amount", **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.0f",
    )
    by_origin = Chart(
        "by_origin",
        said["by_origin"],
        Kind.BAR,
        "kpi_pipeline_contribution",
        metrics=("sum__new_pipeline_amount",),
        x="month",
        by=("origin_path",),
        is_stacked=True,
        number_format=",.0f",
    )
    state = Chart(
        "state",
        said["state"],
        Kind.TABLE,
        "release",
        columns=("company_name", "release_id", "as_of", "published_at", "checks_passed", "checks_failed"),
    )
    return Dashboard(
        "executive",
        said["title"],
        said["note"],
        (
            tuple((_headline(alternatives, kpis, texts), 4) for alternatives in HEADLINE),
            ((against_plan, 6), (by_origin, 6)),
            ((latest, 12),),
            ((state, 12),),
        ),
    )


def _funnel(texts: Texts, language: str) -> Dashboard:
    said = texts["funnel"]
    volumes = Chart(
        "volumes",
        said["volumes"],
        Kind.LINE,
        "kpi_scorecard",
        metrics=("value__value",),
        x="period_start",
        by=(f"label_{language}",),
        where={"kpi": VOLUMES, **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.0f",
    )
    conversion = Chart(
        "conversion",
        said["conversion"],
        Kind.LINE,
        "kpi_funnel_conversion",
        metrics=("ratio__conversion_rate",),
        x="month",
        by=("from_stage", "to_stage"),
        where={"basis": "cohort"},
        number_format=".1%",
    )
    by_channel = Chart(
        "by_channel",
        said["by_channel"],
        Kind.TABLE,
        "kpi_funnel_conversion",
        metrics=("sum__matured", "sum__converted", "ratio__conversion_rate"),
        by=("channel",),
        where={"basis": "cohort", "from_stage": "inquiry", "to_stage": "sal"},
    )
    decisions = Chart(
        "decisions",
        said["decisions"],
        Kind.BAR,
        "kpi_handover",
        metrics=("sum__handovers",),
        x="month",
        by=("decision",),
        is_stacked=True,
        number_format=",.0f",
    )
    sla = Chart(
        "sla",
        said["sla"],
        Kind.LINE,
        "kpi_scorecard",
        metrics=("value__value",),
        x="period_start",
        by=("scope",),
        where={"kpi": "sla_attainment", "period_type": "month", "scope_type": "team"},
        number_format=".1%",
    )
    response = Chart(
        "response",
        said["response"],
        Kind.LINE,
        "kpi_response_time",
        metrics=("value__median_response_minutes",),
        x="month",
        by=("sla_tier",),
        where={"is_total": True},
        number_format=",.0f",
    )
    reasons = Chart(
        "reasons",
        said["reasons"],
        Kind.BAR,
        "kpi_handover",
        metrics=("sum__handovers",),
        x="rejection_reason",
        where={"decision": "rejected"},
        number_format=",.0f",
    )
    leaks = Chart(
        "leaks",
        said["leaks"],
        Kind.TABLE,
        "kpi_leakage",
        metrics=("sum__first_leak_leads", "sum__first_leak_pipeline_amount"),
        by=("leak",),
    )
    return Dashboard(
        "funnel",
        said["title"],
        said["note"],
        (
            ((volumes, 6), (conversion, 6)),
            ((by_channel, 6), (leaks, 6)),
            ((decisions, 6), (reasons, 6)),
            ((sla, 6), (response, 6)),
        ),
    )


def _pipeline(texts: Texts) -> Dashboard:
    said = texts["pipeline"]
    attributed = Chart(
        "attributed",
        said["attributed"],
        Kind.BAR,
        "kpi_pipeline_contribution",
        metrics=("sum__attributed_pipeline_amount",),
        x="month",
        by=("channel",),
        is_stacked=True,
        number_format=",.0f",
    )
    models = Chart(
        "models",
        said["models"],
        Kind.BAR,
        "kpi_attribution",
        metrics=("sum__credited_amount",),
        x="channel",
        by=("attribution_model",),
        where={
            "conversion_type": "pipeline",
            "attribution_model": ("first_touch", "last_touch", "linear", "w_shaped"),
        },
        number_format=",.0f",
        description=said["no_cause"],
    )
    cost_of_channels = Chart(
        "cost_of_channels",
        said["cost_of_channels"],
        Kind.TABLE,
        "kpi_cost_per_qualified_lead",
        metrics=("sum__cost_amount", "sum__qualified_leads", "ratio__cost_per_qualified_lead"),
        by=("channel",),
        where={"basis": "period", "cost_scope": "fully_loaded"},
    )
    cost_per_lead = Chart(
        "cost_per_lead",
        said["cost_per_lead"],
        Kind.LINE,
        "kpi_cost_per_qualified_lead",
        metrics=("ratio__cost_per_qualified_lead",),
        x="month",
        by=("cost_scope",),
        where={"basis": "period"},
        number_format=",.0f",
    )
    cost = Chart(
        "cost",
        said["cost"],
        Kind.BAR,
        "kpi_cost_per_qualified_lead",
        metrics=("sum__cost_amount",),
        x="month",
        by=("channel",),
        where={"basis": "period", "cost_scope": "fully_loaded"},
        is_stacked=True,
        number_format=",.0f",
    )
    open_pipeline = Chart(
        "open_pipeline",
        said["open_pipeline"],
        Kind.BAR,
        "kpi_pipeline_velocity",
        metrics=("sum__open_pipeline_amount",),
        x="month",
        by=("segment",),
        is_stacked=True,
        number_format=",.0f",
    )
    win_rate = Chart(
        "win_rate",
        said["win_rate"],
        Kind.LINE,
        "kpi_pipeline_velocity",
        metrics=("ratio__win_rate", "ratio__win_rate_by_amount"),
        x="month",
        number_format=".1%",
    )
    bridge = Chart(
        "bridge",
        said["bridge"],
        Kind.TABLE,
        "kpi_pipeline_bridge",
        metrics=("sum__opportunities", "sum__amount"),
        by=("step",),
    )
    return Dashboard(
        "pipeline",
        said["title"],
        said["note"],
        (
            ((attributed, 6), (models, 6)),
            ((cost_of_channels, 6), (cost_per_lead, 6)),
            ((cost, 6), (open_pipeline, 6)),
            ((win_rate, 6), (bridge, 6)),
        ),
    )
