"""What the ledger publishes: the columns of `kpi_restatement`, described as those of the models are."""

from __future__ import annotations

from dataclasses import dataclass

RESTATEMENT_TABLE = "kpi_restatement"
RESTATEMENT_DESCRIPTION = (
    "One row per KPI, period type, period, scope, release and cause: what of the difference to the "
    "publication before the release is due to this cause, where it is due to any. The parts of a figure add "
    "up to its difference exactly. Periods that were not published before are left out."
)


@dataclass(frozen=True)
class Column:
    """One published column."""

    name: str
    data_type: str
    role: str
    description: str
    additive_over: tuple[str, ...] = ()

    @property
    def is_key(self) -> bool:
        """True for a column of the key; all dimensions are."""
        return self.role == "dimension"


RESTATEMENT_COLUMNS = (
    Column("kpi", "varchar", "dimension", "KPI of the seed `kpis`"),
    Column("period_type", "varchar", "dimension", "As in `kpi_scorecard`: month, quarter …"),
    Column("period_start", "date", "dimension", "First day of the period, as in kpi_scorecard"),
    Column("scope", "varchar", "dimension", "Type of scope and scope: company:company, channel:events, …"),
    Column("release_id", "varchar", "dimension", "Release that has the figure changed"),
    Column(
        "cause",
        "varchar",
        "dimension",
        "code (project), definition, erased, merged, deleted, corrected or late (arrived, or became due, "
        "since); of several the first",
    ),
    Column(
        "difference",
        "decimal(38,12)",
        "additive",
        "Part of the difference, in the unit of the KPI; a value that is not there counts as 0",
        ("cause",),
    ),
    Column(
        "leads",
        "bigint",
        "non_additive",
        "Leads by which the figure changed for this cause; 0 where only costs did",
    ),
)
