"""The hand-over of the executive page: kept promises, speed, acceptance, reasons for a rejection."""

from __future__ import annotations

from dataclasses import dataclass

from leitstand.report.labels import Labels
from leitstand.report.measures import KpiRow, read_kpis
from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.release import Published

HANDOVER_KPIS = ("sla_attainment", "speed_to_lead_minutes", "mql_to_sal_rate")
REASONS = 3


@dataclass(frozen=True)
class Reason:
    """One reason, its hand-overs in three months, and its share in all that were sent back."""

    label: str
    handovers: int
    share: float


@dataclass(frozen=True)
class Tier:
    """How fast sales answered the leads of one SLA tier in the month, in business minutes."""

    label: str
    median_minutes: float | None
    p90_minutes: float | None
    cases: int


@dataclass(frozen=True)
class Handover:
    """KPIs of the month, and the most frequent reasons of the three months."""

    kpis: tuple[KpiRow, ...]
    tiers: tuple[Tier, ...]
    reasons: tuple[Reason, ...]


def read_handover(published: Published, year: TwelveMonths, labels: Labels, language: str) -> Handover:
    """Read the hand-over of the last month, and of three months where reasons are counted."""
    reasons, tiers = [], []
    if published.has("kpi", "kpi_handover"):
        reasons = published.rows(
            """
            select
                rejection_reason as reason,
                cast(sum(handovers) as bigint) as handovers,
                sum(handovers) / sum(sum(handovers)) over () as share
            from kpi.kpi.kpi_handover
            where
                cast(month as date) between $first and $last
                and rejection_reason <> '(none)'
            group by rejection_reason
            order by handovers desc, reason
            limit $most
            """,
            first=add_months(year.last, -2),
            last=year.last,
            most=REASONS,
        )
    if published.has("kpi", "kpi_response_time"):
        tiers = published.rows(
            """
            select
                sla_tier,
                median_response_minutes,
                p90_response_minutes,
                sample_size
            from kpi.kpi.kpi_response_time
            where
                is_total
                and cast(month as date) = $last
            order by sla_tier
            """,
            last=year.last,
        )
    return Handover(
        kpis=read_kpis(published, HANDOVER_KPIS, year.last, language),
        tiers=tuple(
            Tier(
                labels.of("sla_tier", row["sla_tier"]),
                row["median_response_minutes"],
                row["p90_response_minutes"],
                row["sample_size"],
            )
            for row in tiers
        ),
        reasons=tuple(
            Reason(labels.of("rejection_reason", row["reason"]), row["handovers"], row["share"])
            for row in reasons
        ),
    )
