"""The metrics of a manifest over a DuckDB file, by period."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from leitstand.metrics.source import CACHE
from leitstand.semantic import Manifest, Question, SemanticLayer

# The time that MetricFlow takes for a question grows faster than the number of its metrics
AT_ONCE = 20


class Metrics:
    """The metrics of a semantic manifest, answered from a file."""

    def __init__(self, manifest: Path, database: Path) -> None:
        self._layer = SemanticLayer(Manifest.read(manifest), cache=CACHE)
        self._database = database

    def by_period(self, metrics: Sequence[str], grain: str, where: str = "") -> dict[str, dict[str, Any]]:
        """Values by metric and first day of the period (`YYYY-MM-DD`)."""
        found: dict[str, dict[str, Any]] = {metric: {} for metric in metrics}
        with duckdb.connect(str(self._database), read_only=True) as connection:
            for start in range(0, len(metrics), AT_ONCE):
                question = Question(tuple(metrics[start : start + AT_ONCE]), grain=grain, where=where or None)
                for row in self._layer.answer(connection, question).table.to_pylist():
                    day = str(row.pop(grain))
                    for metric, value in row.items():
                        assert day not in found[metric], f"{metric} has two rows for {day}"
                        found[metric][day] = value
        return found

    def by_channel(self, metric: str, month: str) -> dict[str, Any]:
        """Values of a month (`YYYY-MM-DD`) by channel, cut by it, not filtered."""
        question = Question((metric,), by=("channel",), grain="month")
        with duckdb.connect(str(self._database), read_only=True) as connection:
            rows = self._layer.answer(connection, question).table.to_pylist()
        return {row["channel"]: row[metric] for row in rows if str(row["month"]) == month}
