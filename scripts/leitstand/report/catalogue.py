"""The figures that the working pages show: which columns they add up, and what they divide them by.

Their names, definitions and labels stand in `texts/<language>.yml` under `figures`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A sum of additive columns, or the ratio of two sums; the ratio is empty where nothing is divided by.

    `form` says how it is written: share, money or count. `sample` names the columns that count the cases
    behind it; below the agreed minimum the figure is grey.
    """

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    form: str = "count"
    sample: tuple[str, ...] = ()

    @property
    def formula(self) -> str:
        """The figure in terms of the published columns."""
        parts = [" + ".join(columns) for columns in (self.numerator, self.denominator) if columns]
        if self.denominator == self.numerator:
            parts[1] = f"Σ {parts[1]}"
        if len(self.numerator) > 1 and self.denominator:
            parts[0] = f"({parts[0]})"
        return " ÷ ".join(parts)


FULL_COST = ("media_cost", "program_cost", "overhead_cost")
PROGRAM_COST = ("media_cost", "program_cost")

CATALOGUE = {
    figure.name: figure
    for figure in (
        # kpi_funnel_conversion
        Figure("entered", ("entered",)),
        Figure("matured", ("matured",)),
        Figure("converted", ("converted",)),
        Figure("conversion_rate", ("converted",), ("matured",), "share", ("matured",)),
        # kpi_pipeline_contribution
        Figure("opportunities", ("opportunities",)),
        Figure("new_pipeline", ("new_pipeline_amount",), form="money"),
        Figure("pipeline_share", ("new_pipeline_amount",), ("new_pipeline_amount",), "share"),
        Figure("influenced_pipeline", ("influenced_pipeline_amount",), form="money"),
        Figure("attributed_pipeline", ("attributed_pipeline_amount",), form="money"),
        Figure("average_entry", ("new_pipeline_amount",), ("opportunities",), "money", ("opportunities",)),
        # kpi_pipeline_bridge
        Figure("bridge_amount", ("amount",), form="money"),
        Figure("bridge_opportunities", ("opportunities",)),
        # kpi_attribution
        Figure("credit_share", ("credited_amount",), ("credited_amount",), "share"),
        # kpi_cost_per_qualified_lead
        Figure("cost_media", ("media_cost",), form="money"),
        Figure("cost_program", PROGRAM_COST, form="money"),
        Figure("cost_full", FULL_COST, form="money"),
        Figure("category_media", ("media_cost",), form="money"),
        Figure("category_program", ("program_cost",), form="money"),
        Figure("category_overhead", ("overhead_cost",), form="money"),
        Figure("mqls", ("mqls",)),
        Figure("qualified_leads", ("qualified_leads",)),
        Figure("cplq_media", ("media_cost",), ("qualified_leads",), "money", ("qualified_leads",)),
        Figure("cplq_program", PROGRAM_COST, ("qualified_leads",), "money", ("qualified_leads",)),
        Figure("cplq_full", FULL_COST, ("qualified_leads",), "money", ("qualified_leads",)),
        Figure("cpm_program", PROGRAM_COST, ("mqls",), "money", ("mqls",)),
        Figure("cpo_program", PROGRAM_COST, ("opportunities",), "money", ("opportunities",)),
        Figure("cpm_media", ("media_cost",), ("mqls",), "money", ("mqls",)),
        Figure("cpo_media", ("media_cost",), ("opportunities",), "money", ("opportunities",)),
        Figure("cpm_full", FULL_COST, ("mqls",), "money", ("mqls",)),
        Figure("cpo_full", FULL_COST, ("opportunities",), "money", ("opportunities",)),
        # kpi_handover
        Figure("handovers", ("handovers",)),
        Figure("handover_share", ("handovers",), ("handovers",), "share"),
        Figure("sla_due", ("sla_due",)),
        Figure("sla_rate", ("sla_met",), ("sla_due",), "share", ("sla_due",)),
        Figure("within_1h", ("responded_1h",), ("sla_due",), "share", ("sla_due",)),
        Figure("within_8h", ("responded_8h",), ("sla_due",), "share", ("sla_due",)),
        Figure("within_24h", ("responded_24h",), ("sla_due",), "share", ("sla_due",)),
        # kpi_leakage
        Figure("first_leaks", ("first_leak_leads",)),
        Figure("first_leak_amount", ("first_leak_pipeline_amount",), form="money"),
        # kpi_definition_verdicts, kpi_rule_breaches
        Figure("verdicts", ("events",)),
        Figure("verdict_share", ("events",), ("events",), "share"),
        Figure("breaches", ("breaches",)),
        Figure("breach_rate", ("breaches",), ("cases",), "share", ("cases",)),
    )
}
