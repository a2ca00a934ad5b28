"""What a BI tool may make of a published table's rows: metrics that are right in any grouping, or empty.

An additive column is summed, a ratio is a sum divided by a sum. Where a chart mixes rows that must not be
added up, such as two attribution models or the stock of two months, the metric is null instead of wrong.
What does not add up is shown where a single row stands behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from leitstand.bi.release import Column, Table

_ACRONYMS = ("MQL", "MQLs", "SAL", "SALs", "SQL", "SQLs", "SLA", "KPI", "KPIs", "CI")
_SHARE = re.compile(r"(_share|_rate|_incidence|^coverage|^spread|flow_ratio)$")


@dataclass(frozen=True)
class Metric:
    """One metric of a table; `expression` is SQL that a grouping makes one value of."""

    name: str
    label: str
    expression: str
    description: str
    number_format: str | None
    is_amount: bool


def metrics_of(table: Table) -> list[Metric]:
    """The metrics that the contract of a table allows, in the order of its columns."""
    metrics = []
    has_units = any(column.name == "unit" for column in table.columns)
    for column in table.columns:
        if not column.is_numeric or column.role == "dimension":
            continue
        if column.role == "additive":
            kind, expression = "sum", _guarded(table, [column.name], _sum([column.name]))
        elif column.numerator:
            parts = [*column.numerator, *column.denominator]
            ratio = f"{_sum(column.numerator)} / nullif({_sum(column.denominator)}, 0)"
            # where no row has the ratio, neither have all of them together
            expression = _guarded(table, parts, ratio, f'count("{column.name}") > 0')
            kind = "ratio"
        else:
            kind, expression = "value", f'case when count(*) = 1 then max("{column.name}") end'
        metrics.append(
            Metric(
                name=f"{kind}__{column.name}",
                label=label_of(column.name),
                expression=expression,
                description=column.comment,
                # rows of many units have no format in common
                number_format=None if has_units else _number_format(column),
                is_amount=_is_amount(column.name),
            )
        )
    return metrics


def label_of(name: str) -> str:
    """The name of a column in words."""
    words = name.replace("_", " ").split()
    known = {acronym.lower(): acronym for acronym in _ACRONYMS} | {"en": "(en)", "de": "(de)"}
    text = " ".join(known.get(word, word) for word in words)
    return text[0].upper() + text[1:]


def _sum(columns: list[str] | tuple[str, ...]) -> str:
    total = " + ".join(f'sum("{name}")' for name in columns)
    return f"({total})" if len(columns) > 1 else total


def _guarded(table: Table, columns: list[str], expression: str, *conditions: str) -> str:
    """The expression, where each part of the key over which a column does not add up has one value only."""
    over = [set(column.additive_over) for column in table.columns if column.name in columns]
    fixed = [name for name in table.key if name not in set.intersection(*over)]
    conditions = (*(f'count(distinct "{name}") <= 1' for name in fixed), *conditions)
    return f"case when {' and '.join(conditions)} then {expression} end" if conditions else expression


def _is_amount(name: str) -> bool:
    return name.endswith("_amount") or name.startswith("cost_per_") or name == "amount"


def _number_format(column: Column) -> str:
    """The format of D3 for a column: shares in percent, amounts and counts as whole numbers."""
    if _SHARE.search(column.name):
        return ".1%"
    if _is_amount(column.name) or column.data_type in ("BIGINT", "INTEGER"):
        return ",.0f"
    return ",.2~f"
