"""The three dashboards and their charts: what stands where, and over which published table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leitstand.bi.charts import Chart, Expression, Filter, Kind

HEADLINE = (
    ("marketing_contribution_to_pipeline",),
    ("cost_per_qualified_lead",),
    # without visitors that never identify themselves the rate begins at the inquiry
    ("first_touch_to_sal_rate", "inquiry_to_sal_rate"),
)
MONTHS_OF_COMPANY: dict[str, Filter] = {"period_type": "month", "scope_type": "company"}
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


def dashboards(kpis: frozenset[str]) -> tuple[Dashboard, ...]:
    """The dashboards for a company that has these KPIs."""
    return (_executive(kpis), _funnel(), _pipeline())


def _headline(alternatives: tuple[str, ...], kpis: frozenset[str]) -> Chart:
    kpi = next((kpi for kpi in alternatives if kpi in kpis), alternatives[-1])
    titles = {
        "marketing_contribution_to_pipeline": ("Marketing contribution to pipeline", ".1%"),
        "cost_per_qualified_lead": ("Cost per qualified lead (CPL-Q)", ",.0f"),
        "first_touch_to_sal_rate": ("Conversion first touch to SAL", ".1%"),
        "inquiry_to_sal_rate": ("Conversion inquiry to SAL", ".1%"),
    }
    title, number_format = titles[kpi]
    return Chart(
        kpi,
        title,
        Kind.NUMBER,
        "kpi_scorecard",
        metrics=("value__value",),
        x="period_start",
        where={"kpi": kpi, **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=number_format,
        description="The last mature month of the company, and the months before it",
    )


def _executive(kpis: frozenset[str]) -> Dashboard:
    latest = Chart(
        "latest",
        "KPIs of the company, last mature month of each",
        Kind.TABLE,
        "kpi_scorecard",
        metrics=(
            Expression("month", 'max("period_start")'),
            *(
                Expression(name, f'arg_max_null("{name}", "period_start")')
                for name in ("value", "plan", "prior_year", "status")
            ),
        ),
        by=("label_en", "unit"),
        where={**MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.3~f",
    )
    against_plan = Chart(
        "against_plan",
        "New pipeline against plan",
        Kind.LINE,
        "kpi_scorecard",
        metrics=("value__value", "value__plan"),
        x="period_start",
        where={"kpi": "new_pipeline_amount", **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.0f",
    )
    by_origin = Chart(
        "by_origin",
        "New pipeline by origin",
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
        "What this is: release, and state of its data",
        Kind.TABLE,
        "release",
        columns=("company_name", "release_id", "as_of", "published_at", "checks_passed", "checks_failed"),
    )
    return Dashboard(
        "executive",
        "Executive",
        "Three KPIs, the plan, and where the pipeline comes from. Months count once they are mature.",
        (
            tuple((_headline(alternatives, kpis), 4) for alternatives in HEADLINE),
            ((against_plan, 6), (by_origin, 6)),
            ((latest, 12),),
            ((state, 12),),
        ),
    )


def _funnel() -> Dashboard:
    volumes = Chart(
        "volumes",
        "Stages reached",
        Kind.LINE,
        "kpi_scorecard",
        metrics=("value__value",),
        x="period_start",
        by=("label_en",),
        where={"kpi": VOLUMES, **MONTHS_OF_COMPANY, "is_mature": True},
        number_format=",.0f",
    )
    conversion = Chart(
        "conversion",
        "Conversion within the window, by month of entry",
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
        "Conversion inquiry to SAL by channel",
        Kind.TABLE,
        "kpi_funnel_conversion",
        metrics=("sum__matured", "sum__converted", "ratio__conversion_rate"),
        by=("channel",),
        where={"basis": "cohort", "from_stage": "inquiry", "to_stage": "sal"},
    )
    decisions = Chart(
        "decisions",
        "Hand-overs and what became of them",
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
        "Answered in time, by team",
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
        "Median business minutes to the first answer, by SLA tier",
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
        "Reasons of rejection",
        Kind.BAR,
        "kpi_handover",
        metrics=("sum__handovers",),
        x="rejection_reason",
        where={"decision": "rejected"},
        number_format=",.0f",
    )
    leaks = Chart(
        "leaks",
        "Leaks between marketing and sales, each lead at its first",
        Kind.TABLE,
        "kpi_leakage",
        metrics=("sum__first_leak_leads", "sum__first_leak_pipeline_amount"),
        by=("leak",),
    )
    return Dashboard(
        "funnel",
        "Funnel & hand-over",
        "How far leads get, how they are handed over, and where they are lost.",
        (
            ((volumes, 6), (conversion, 6)),
            ((by_channel, 6), (leaks, 6)),
            ((decisions, 6), (reasons, 6)),
            ((sla, 6), (response, 6)),
        ),
    )


def _pipeline() -> Dashboard:
    attributed = Chart(
        "attributed",
        "New pipeline as the default model credits it",
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
        "Pipeline by channel, attribution models side by side",
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
        description="Models describe the paths before a conversion. None proves that a channel caused it.",
    )
    cost_of_channels = Chart(
        "cost_of_channels",
        "Cost per qualified lead by channel, fully loaded",
        Kind.TABLE,
        "kpi_cost_per_qualified_lead",
        metrics=("sum__cost_amount", "sum__qualified_leads", "ratio__cost_per_qualified_lead"),
        by=("channel",),
        where={"basis": "period", "cost_scope": "fully_loaded"},
    )
    cost_per_lead = Chart(
        "cost_per_lead",
        "Cost per qualified lead by cost scope",
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
        "Marketing cost by channel, fully loaded",
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
        "Open pipeline at the end of the month, by segment",
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
        "Win rate of deals closed in the month",
        Kind.LINE,
        "kpi_pipeline_velocity",
        metrics=("ratio__win_rate", "ratio__win_rate_by_amount"),
        x="month",
        number_format=".1%",
    )
    bridge = Chart(
        "bridge",
        "From the CRM's total to the new pipeline",
        Kind.TABLE,
        "kpi_pipeline_bridge",
        metrics=("sum__opportunities", "sum__amount"),
        by=("step",),
    )
    return Dashboard(
        "pipeline",
        "Pipeline & efficiency",
        "What channels bring and cost, and how the pipeline moves.",
        (
            ((attributed, 6), (models, 6)),
            ((cost_of_channels, 6), (cost_per_lead, 6)),
            ((cost, 6), (open_pipeline, 6)),
            ((win_rate, 6), (bridge, 6)),
        ),
    )
