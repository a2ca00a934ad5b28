"""The metrics at the gate: the saved queries are whole, and every mart says what the metrics say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from leitstand.errors import BadInput, LeitstandError
from leitstand.gate.lineage import Lineage
from leitstand.gate.result import Check, Status
from leitstand.metrics.reconciliation import Unreconciled, comparisons, unmapped, unreconciled
from leitstand.metrics.scorecard import SCORECARD, scorecard_comparison
from leitstand.metrics.source import SAVED_SCHEMA, layer_of, told
from leitstand.metrics.tables import company_tables
from leitstand.semantic import SemanticLayer
from leitstand.semantic.reconcile import Comparison, Outcome, compare
from leitstand.semantic.tables import check_tables

_SAVED = "The table of a saved query is there, holds rows, and its key is whole and unique."
LEFT_OUT = "every sum and ratio has a metric or a reason"
_LEFT_OUT = "Columns that are not, or not in all rows, compared with a metric, and why."
_RECONCILED = (
    "Every column of the mart that is a metric says what the metric says, at each cut that the mart has. "
    "Where they differ, one figure has two values: mend the mart or the metric."
)


def metric_checks(db: duckdb.DuckDBPyConnection, target: Path, lineage: Lineage) -> list[Check]:
    """One check for each saved query, for each mart that is compared with metrics, and for what is not."""
    layer = layer_of(target)

    def compared(comparison: Comparison) -> Check:
        with db.cursor() as own:
            return _compared(own, layer, comparison, lineage)

    # DuckDB answers one comparison while MetricFlow writes the SQL of another
    with ThreadPoolExecutor(1) as pool:
        checks = pool.map(compared, comparisons(target))
        scorecard, left_out = _scorecard(db, layer, lineage)
    return [*_saved_queries(db, target), *checks, scorecard, _left_out(target, left_out)]


def _saved_queries(db: duckdb.DuckDBPyConnection, target: Path) -> list[Check]:
    tables = company_tables(target)
    findings = list(check_tables(db, tables, SAVED_SCHEMA))
    checks = []
    for table in tables:
        broken = [finding for finding in findings if finding.table == table.name and not finding.is_passed]
        is_faulty = any(finding.is_fault for finding in broken)
        checks.append(
            Check(
                name=table.name,
                kind="saved query",
                status=Status.failed if is_faulty else Status.warned if broken else Status.passed,
                meaning=_SAVED,
                message="; ".join(f"expected {f.expected}, found {f.found}" for f in broken),
                failures=len(broken),
                marts=(f"{SAVED_SCHEMA}.{table.name}",) if broken else (),
                is_blocking=is_faulty or not broken,
            )
        )
    return checks


def _compared(
    db: duckdb.DuckDBPyConnection, layer: SemanticLayer, comparison: Comparison, lineage: Lineage
) -> Check:
    try:
        with told():
            outcome = compare(db, layer, comparison)
    except (BadInput, LeitstandError) as error:
        outcome = Outcome(comparison.name, 0, 0, (), str(error))
    facts = {table for p in comparison.pairs for table in layer.manifest.relations_of(p.metric)}
    # either may be wrong: the mart, or what the metrics are asked from
    marts = {*lineage.marts_of_model(comparison.name), *lineage.made_of(facts)}
    return _check(outcome, tuple(sorted(marts)))


def _scorecard(
    db: duckdb.DuckDBPyConnection, layer: SemanticLayer, lineage: Lineage
) -> tuple[Check, list[Unreconciled]]:
    """The check of the scorecard, and what of it is not compared."""
    try:
        with told():
            comparison, left_out = scorecard_comparison(db, layer)
    except (BadInput, LeitstandError) as error:
        outcome = Outcome(SCORECARD, 0, 0, (), str(error))
        return _check(outcome, lineage.marts_of_model(SCORECARD)), []
    return _compared(db, layer, comparison, lineage), left_out


def _check(outcome: Outcome, marts: tuple[str, ...]) -> Check:
    status, message = Status.passed, ""
    if outcome.fault:
        status, message = Status.could_not_run, outcome.fault
    elif outcome.differing:
        status = Status.failed
        message = f"{outcome.differing:,} of {outcome.values:,} values differ"
    return Check(
        name=f"{outcome.name} equals its metrics",
        kind="metrics",
        status=status,
        meaning=_RECONCILED,
        message=message,
        failures=outcome.differing,
        keys=tuple(str(mismatch) for mismatch in outcome.mismatches),
        marts=marts,
    )


def _left_out(target: Path, of_scorecard: list[Unreconciled]) -> Check:
    """What is not compared, with the reasons; a column with neither is a warning."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for found in [*unreconciled(target), *of_scorecard]:
        reasons.setdefault((found.mart, found.reason), []).append(found.column)
    missing = unmapped(target)
    told = [f"{column}: expected a metric or a reason, found neither" for column in missing]
    told += [f"{mart}, {', '.join(columns)}: {reason}" for (mart, reason), columns in reasons.items()]
    return Check(
        name=LEFT_OUT,
        kind="metrics",
        status=Status.warned if missing else Status.passed,
        meaning=_LEFT_OUT,
        message="; ".join(told),
        failures=len(missing),
        is_blocking=False,
    )
