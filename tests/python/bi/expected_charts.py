"""What each chart must show, by the metrics: MetricFlow's answers over the release that Superset reads.

A chart of metrics names its questions, and in SQL over the answers how they lie in its rows. What no metric
says is read as published (`k.<table>`): which months the scorecard calls mature, plans and verdicts on them,
and the KPIs of `models/semantic/not_metrics.csv`. The bridge, whose steps are signed differences, is
`Counted` in the core facts; a `Published` chart shows no metric, and says why.

Keys are dashboard and chart. Columns as the chart has them, labels in the demo's German; the order of rows
does not matter.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from leitstand.config import PROJECT_ROOT
from leitstand.semantic import Question

MATURE = """
select kpi, period_start as month, plan, prior_year, status, label_de, unit, value from k.kpi_scorecard
where period_type = 'month' and scope_type = 'company' and is_mature
"""


@dataclass(frozen=True)
class Measured:
    """The rows of a chart by SQL over answers, each a table by its name."""

    answers: Mapping[str, Question]
    rows: str = "from answer"


@dataclass(frozen=True)
class Published:
    """The rows of a chart as they are published, and why no metric says them."""

    rows: str
    reason: str


@dataclass(frozen=True)
class Counted:
    """The rows of a chart by SQL over the core facts of the build that was published."""

    rows: str


def asked(
    *metrics: str, by: tuple[str, ...] = (), grain: str | None = None, where: str | None = None
) -> Measured:
    """The answer to one question, as it is."""
    return Measured({"answer": Question(metrics, by, grain, where)})


def mature(kpi: str) -> Measured:
    """A metric of the company in the months in which the scorecard calls it mature."""
    return Measured(
        {"answer": Question((kpi,), grain="month")},
        f"select month, {kpi} from answer semi join ({MATURE} and kpi = '{kpi}') using (month)",
    )


def column_of(file: str, column: str) -> list[str]:
    """One column of a CSV file of the project."""
    with (PROJECT_ROOT / file).open(encoding="utf-8") as rows:
        return [row[column] for row in csv.DictReader(rows)]


def latest() -> Measured:
    """Each KPI in its last mature month and the year before; one that is no metric as it is published."""
    not_metrics = column_of("models/semantic/not_metrics.csv", "kpi")
    kpis = [kpi for kpi in column_of("seeds/definitions/kpis.csv", "kpi") if kpi not in not_metrics]
    measured = " union all ".join(f"select '{kpi}' as kpi, month, {kpi} as value from {kpi}" for kpi in kpis)
    return Measured(
        {kpi: Question((kpi,), grain="month") for kpi in kpis},
        f"""
        with measured as ({measured}),
        latest as (from ({MATURE}) qualify row_number() over (partition by kpi order by month desc) = 1)
        select
            latest.label_de, latest.unit, latest.month,
            case when latest.kpi in {tuple(not_metrics)} then latest.value else shown.value end,
            latest.plan,
            case when latest.kpi in {tuple(not_metrics)} then latest.prior_year else before.value end,
            latest.status
        from latest
        left join measured as shown using (kpi, month)
        left join measured as before
            on latest.kpi = before.kpi and latest.month = before.month + interval 1 year
        """,
    )


STAGES = ("inquiries", "mqls", "sals", "sqls", "opportunities", "wins")
COSTS = {
    "media": "media_cost_per_qualified_lead",
    "program": "program_cost_per_qualified_lead",
    "fully_loaded": "cost_per_qualified_lead",
}
CHARTS: dict[str, Measured | Published | Counted] = {
    "executive.marketing_contribution_to_pipeline": mature("marketing_contribution_to_pipeline"),
    "executive.cost_per_qualified_lead": mature("cost_per_qualified_lead"),
    "executive.first_touch_to_sal_rate": mature("first_touch_to_sal_rate"),
    "executive.against_plan": Measured(
        {"answer": Question(("new_pipeline_amount",), grain="month")},
        f"""
        select month, new_pipeline_amount, plan from answer
        join ({MATURE} and kpi = 'new_pipeline_amount') using (month)
        """,
    ),
    "executive.by_origin": asked("new_pipeline_amount", by=("origin_path",), grain="month"),
    "executive.latest": latest(),
    "executive.state": Published(
        "select company_name, release_id, as_of, published_at, checks_passed, checks_failed from m.release",
        "It says what the release is, and holds no figure of the company.",
    ),
    "funnel.volumes": Measured(
        {"answer": Question(STAGES, grain="month")},
        f"""
        select month, label_de, measured
        from (unpivot answer on {", ".join(STAGES)} into name kpi value measured)
        join ({MATURE}) using (kpi, month)
        """,
    ),
    "funnel.conversion": asked("stage_conversion_rate", by=("from_stage", "to_stage"), grain="month"),
    "funnel.by_channel": asked(
        "stage_matured_entries",
        "stage_conversions",
        "stage_conversion_rate",
        by=("channel",),
        where="from_stage = 'inquiry' and to_stage = 'sal'",
    ),
    "funnel.decisions": asked("handovers", by=("decision",), grain="month"),
    "funnel.sla": asked("sla_attainment", by=("team",), grain="month"),
    "funnel.response": asked("speed_to_lead_minutes", by=("sla_tier",), grain="month"),
    "funnel.reasons": asked("handovers", by=("rejection_reason",), where="decision = 'rejected'"),
    "funnel.leaks": asked("first_leak_leads", "first_leak_pipeline_amount", by=("leak",)),
    "pipeline.attributed": asked("credited_pipeline_amount", by=("channel",), grain="month"),
    "pipeline.models": asked(
        "credited_amount",
        by=("channel", "attribution_model"),
        where="conversion_type = 'pipeline' "
        "and attribution_model in ('first_touch', 'last_touch', 'linear', 'w_shaped')",
    ),
    "pipeline.cost_of_channels": asked(
        "marketing_cost_amount", "qualified_leads", "cost_per_qualified_lead", by=("channel",)
    ),
    "pipeline.cost_per_lead": Measured(
        {"answer": Question(tuple(COSTS.values()), grain="month")},
        " union all ".join(
            f"select month, '{scope}', {metric} from answer" for scope, metric in COSTS.items()
        ),
    ),
    "pipeline.cost": asked("marketing_cost_amount", by=("channel",), grain="month"),
    "pipeline.open_pipeline": asked("open_pipeline_amount", by=("segment",), grain="month"),
    "pipeline.win_rate": asked("win_rate", "win_rate_by_amount", grain="month"),
    "pipeline.bridge": Counted(
        """
        with opportunities as (
            select bridge_step, current_amount, entry_amount from core.fct_opportunity
            union all
            select bridge_step, current_amount, null from core.fct_deleted_opportunity
        ),
        steps as (
            select 'crm_total' as step, count(*) as opportunities, sum(current_amount) as amount
            from opportunities
            union all
            select bridge_step, -count(*), -sum(current_amount)
            from opportunities where bridge_step <> 'in_scope' group by bridge_step
            union all
            select 'amount_change', 0, sum(entry_amount) - sum(current_amount)
            from opportunities where bridge_step = 'in_scope'
            union all
            select 'in_scope', count(*), sum(entry_amount) from opportunities where bridge_step = 'in_scope'
            union all
            select
                if(channel = '(no touch)', 'no_touch', 'attributed') as step,
                count(distinct conversion_id),
                sum(amount)
            from core.fct_attribution where conversion_type = 'pipeline' and is_default group by step
        )
        select step, opportunities, coalesce(amount, 0) from steps
        """
    ),
}
