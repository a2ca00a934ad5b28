"""MetricFlow in this process over a DuckDB file: its own client, as short as its protocol allows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from metricflow.engine.metricflow_engine import (
    DataflowPlanOptimization,
    MetricFlowEngine,
    MetricFlowQueryRequest,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

# Scanning a fact once for several metrics repeats each month for each of its days
OPTIMIZATIONS = frozenset({DataflowPlanOptimization.PASSTHROUGH_METRIC_EVALUATION})


# The time that MetricFlow takes for a question grows faster than the number of its metrics
AT_ONCE = 20


def batched(metrics: Sequence[str]) -> list[Sequence[str]]:
    """The metrics in order, as many at once as are worth it."""
    return [metrics[start : start + AT_ONCE] for start in range(0, len(metrics), AT_ONCE)]


class Dialect:
    """What MetricFlow asks of a database to write its SQL; nothing is run through it."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"

    def close(self) -> None:
        pass


class Metrics:
    """The metrics of a semantic manifest, answered from a file."""

    def __init__(self, manifest: Path, database: Path) -> None:
        layer = json.loads(manifest.read_text())
        for metric in layer["metrics"]:
            # dbt reads `fill_nulls_with`, which stands in the YAML, and forgets it
            if metric["type_params"]["join_to_timespine"]:
                metric["type_params"]["fill_nulls_with"] = 0
        lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(json.dumps(layer)))
        self._engine = MetricFlowEngine(lookup, sql_client=Dialect())  # type: ignore[arg-type]
        self._database = database

    def by_period(self, metrics: Sequence[str], grain: str, where: str = "") -> dict[str, dict[str, Any]]:
        """Values by metric and first day of the period (`YYYY-MM-DD`)."""
        found: dict[str, dict[str, Any]] = {}
        for some in batched(metrics):
            found |= self._answers(some, f"metric_time__{grain}", where)
        return found

    def _answers(self, metrics: Sequence[str], period: str, where: str) -> dict[str, dict[str, Any]]:
        request = MetricFlowQueryRequest.create(
            metric_names=metrics,
            group_by_names=[period],
            where_constraints=[where] if where else None,
            dataflow_plan_optimizations=OPTIMIZATIONS,
        )
        query = self._engine.explain(request).sql_statement.sql
        with duckdb.connect(str(self._database), read_only=True) as connection:
            rows = connection.sql(query)
            columns, values = rows.columns, rows.fetchall()
        found: dict[str, dict[str, Any]] = {metric: {} for metric in metrics}
        for row in values:
            cells = dict(zip(columns, row, strict=True))
            day = str(cells.pop(period))[:10]
            for metric, value in cells.items():
                assert day not in found[metric], f"{metric} has two rows for {day}"
                found[metric][day] = value
        return found
