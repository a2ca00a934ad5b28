"""The data page: what the gate found, verdicts on definitions, values without a name, restatements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leitstand.errors import LeitstandError
from leitstand.report.cube import Cube
from leitstand.report.release import read_deliveries
from leitstand.report.restatements import read_restatements
from leitstand.report.site import Site, dimension_filter, period_filter

VERDICTS = ("verified", "not_assessable", "contradicted", "undeclared")
NAMELESS = ("(not set)", "(unmapped)", "unknown", "(no touch)", "not_allocated")
# table, its column of cases, a restriction, and the dimensions whose values may lack a name
NAMED = (
    (
        "kpi_funnel_conversion",
        "entered",
        "basis = 'period' and from_stage = 'inquiry' and to_stage = 'mql'",
        ("channel", "segment", "origin_path"),
    ),
    ("kpi_pipeline_contribution", "opportunities", "true", ("channel", "segment", "origin_path")),
    ("kpi_handover", "handovers", "true", ("team", "rejection_reason")),
)


@dataclass(frozen=True)
class Check:
    """A check of the gate that did not pass; in the page's language where that is written."""

    name: str
    status: str
    meaning: str
    language: str
    failures: int


def content(site: Site) -> dict[str, Any]:
    """How far the figures can be trusted, by the release's own word."""
    published, marks, year = site.published, site.marks, site.year
    verdicts = Cube(
        published,
        "verdicts",
        "from kpi.kpi.kpi_definition_verdicts",
        source="kpi_definition_verdicts",
        dimensions=("month", "stage", "verdict", "channel"),
        measures=("events",),
        year=year,
    )
    rules = Cube(
        published,
        "rules",
        "from kpi.kpi.kpi_rule_breaches",
        source="kpi_rule_breaches",
        dimensions=("month", "rule", "channel"),
        measures=("cases", "breaches"),
        year=year,
    )
    broken = rules.values_of("rule", "breaches")
    deliveries = read_deliveries(published)
    return {
        "cubes": [verdicts, rules],
        "filters": [period_filter(site), dimension_filter(site, "channel", verdicts, "events")],
        "verdict_cube": verdicts,
        "rule_cube": rules,
        "deliveries": deliveries,
        "quarantined": sum(d.rows_quarantined for d in deliveries),
        "read": sum(d.rows_read for d in deliveries),
        "checks": read_checks(published.folder, site.language),
        "stages": [
            s for s in ("mql", "sal", "sql", "opportunity") if s in verdicts.values_of("stage", "events")
        ],
        "verdicts": VERDICTS,
        "rules": broken,
        "rule_bars": marks.bars(rules, "breaches", [{"rule": rule} for rule in broken], "rules"),
        "nameless": _nameless(site),
        "invoices": _invoices(site),
        "restatements": read_restatements(published, site.language),
    }


def read_checks(release: Path, language: str) -> tuple[Check, ...]:
    """Checks of `gate/gate.json` beside the published file that failed or warned; none without the file.

    Raises:
        LeitstandError: the file is not what the gate writes.
    """
    file = release / "gate" / "gate.json"
    if not file.is_file():
        return ()
    try:
        checks = json.loads(file.read_text(encoding="utf-8"))["checks"]
        return tuple(_check(c, language) for c in checks if c["status"] in ("failed", "warned"))
    except (ValueError, KeyError, TypeError) as error:
        raise LeitstandError(
            f"{file}: expected the checks that the gate wrote, found {error}. "
            f"Publish again with `leitstand publish`."
        ) from error


def _check(content: Mapping[str, Any], language: str) -> Check:
    own = content.get(f"meaning_{language}")
    meaning, spoken = (own, language) if own else (content["meaning"], "en")
    return Check(content["name"], content["status"], meaning, spoken, content["failures"])


def _nameless(site: Site) -> list[dict[str, Any]]:
    """Shares of cases of the twelve months whose value of a dimension has no name, largest first."""
    parts = [
        f"select '{table}' as source, '{dimension}' as dimension, {dimension} as value, "
        f"sum({cases}) as cases, "
        f"sum(sum({cases})) over () as everything from kpi.kpi.{table} "
        f"where {restriction} and cast(month as date) between $first and $last group by {dimension}"
        for table, cases, restriction, dimensions in NAMED
        if site.published.has("kpi", table)
        for dimension in dimensions
    ]
    if not parts:
        return []
    return site.published.rows(
        f"""
        select
            source,
            dimension,
            value,
            cast(cases as double) as cases,
            cast(cases as double) / everything as share
        from ({" union all ".join(parts)}) as found
        where
            list_contains($nameless, value)
            and cases > 0
        order by share desc, source, dimension, value
        """,
        first=site.year.first,
        last=site.year.last,
        nameless=list(NAMELESS),
    )


def _invoices(site: Site) -> list[dict[str, Any]]:
    """Months of platforms whose spend and invoice do not agree."""
    return site.published.rows(
        """
        select
            platform,
            cast(month as date) as month,
            currency,
            spend_amount,
            invoice_amount,
            difference_share,
            reconciliation
        from kpi.kpi.kpi_invoice_reconciliation
        where
            reconciliation <> 'within_tolerance'
            and cast(month as date) between $first and $last
        order by month desc, platform
        """,
        first=site.year.first,
        last=site.year.last,
    )
