"""MetricFlow, wrapped: the only module that knows it. Its engine is not declared stable, so it is pinned."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from leitstand.semantic.errors import NotAnswered, NotCombinable, SemanticError
from leitstand.semantic.manifest import Manifest

KEPT_MANIFESTS = 3
WRITER = 2
"""Number of the way in which this module asks MetricFlow: with another, nothing that was kept is read."""


@dataclass(frozen=True, order=True)
class Cut:
    """Something that metrics can be cut by, as MetricFlow writes it: `opportunity__segment`, `channel`."""

    name: str
    kind: str
    """entity, dimension or time; of a time the grain is left out of the name"""

    @property
    def element(self) -> str:
        """The name without the entities that lead to it."""
        return self.name.rpartition("__")[2]

    @property
    def distance(self) -> int:
        """How many entities lead to it."""
        return self.name.count("__")


class Engine:
    """Writes the SQL of metrics; keeps what it has written in a folder, if one is given.

    What is kept is named after the manifest, MetricFlow's version and the question: nothing outdated is read.
    """

    def __init__(self, manifest: Manifest, *, cache: Path | None = None) -> None:
        """Take a manifest; MetricFlow is imported with the first question that is not kept."""
        self._manifest = manifest
        self._cache = cache / manifest.digest[:16] if cache else None
        # MetricFlow is not made for several threads
        self._one_at_a_time = threading.Lock()

    def sql(self, metrics: Sequence[str], by: Sequence[str], where: Sequence[str] = ()) -> str:
        """The query of metrics, cut by names of MetricFlow (`metric_time__month`), under its filters.

        Raises:
            NotCombinable: MetricFlow cannot join or date these; its own message is passed on.
        """

        def write() -> str:
            statement = self._explain(metrics, by, where)
            return str(statement.without_descriptions.sql)

        with self._one_at_a_time:
            return str(self._kept({"metrics": metrics, "by": by, "where": where}, write))

    def cuts(self, metrics: Sequence[str]) -> list[Cut]:
        """What all these metrics can be cut by, in order of names."""

        def find() -> list[dict[str, str]]:
            return [asdict(cut) for cut in self._cuts(metrics)]

        with self._one_at_a_time:
            return [Cut(**cut) for cut in self._kept({"cuts_of": sorted(metrics)}, find)]

    def _cuts(self, metrics: Sequence[str]) -> list[Cut]:
        found = set(self._entities(metrics))
        for item in self._metricflow.list_dimensions(list(metrics)):
            is_time = item.type.value == "time"
            name = "metric_time" if item.name == "metric_time" else item.granularity_free_dunder_name
            found.add(Cut(name, "time" if is_time else "dimension"))
        return sorted(found)

    def _entities(self, metrics: Sequence[str]) -> Iterator[Cut]:
        """The entities by their full names, which MetricFlow's own list leaves out."""
        from metricflow.engine.metricflow_engine import MetricReference
        from metricflow_semantics.model.linkable_element_property import GroupByItemProperty
        from metricflow_semantics.model.semantics.element_filter import GroupByItemSetFilter

        common = self._lookup.metric_lookup.get_common_group_by_items(
            metric_references=tuple(map(MetricReference, metrics)),
            set_filter=GroupByItemSetFilter.create(any_properties_allowlist={GroupByItemProperty.ENTITY}),
        )
        for item in common.annotated_specs:
            # a fact's own entity has its plain name, and the fact's before it
            is_repeated = bool(item.spec.entity_links) and GroupByItemProperty.JOINED not in item.property_set
            if not is_repeated and item.element_name not in self._manifest.combined:
                yield Cut(item.spec.dunder_name, "entity")

    def _explain(self, metrics: Sequence[str], by: Sequence[str], where: Sequence[str]) -> Any:
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest
        from metricflow.sql.optimizer.optimization_levels import SqlOptimizationLevel
        from metricflow_semantics.errors.error_classes import MetricFlowException

        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics),
            group_by_names=list(by),
            where_constraints=list(where) or None,
            # reading a table once for several metrics makes a row of each day of the time spine
            dataflow_plan_optimizations=frozenset(),
            # to look for common parts, which the next level does, takes as long as all the rest
            sql_optimization_level=SqlOptimizationLevel.O4,
        )
        try:
            return self._metricflow.explain(request).sql_statement
        except (MetricFlowException, NotImplementedError, ValueError) as error:
            raise NotCombinable(
                f"{', '.join(metrics)} by {', '.join(by) or 'nothing'}: expected a question that can be "
                f"answered, found: {_said(error)}"
            ) from error

    @cached_property
    def _lookup(self) -> Any:
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        # what it finds slow is no news for who asked
        logging.getLogger("metricflow_semantics").setLevel(logging.ERROR)
        try:
            return SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(self._manifest.text))
        except Exception as error:  # whatever a library of many parts may say of a broken manifest
            raise _unreadable(error) from error

    @cached_property
    def _metricflow(self) -> Any:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        class Writer:
            """What MetricFlow asks of a client that only writes SQL and runs none."""

            sql_engine_type = SqlEngine.DUCKDB
            sql_plan_renderer = DuckDbSqlPlanRenderer()

        lookup = self._lookup
        try:
            return MetricFlowEngine(lookup, Writer())
        except Exception as error:
            raise _unreadable(error) from error

    def _kept(self, question: dict[str, Any], answer: Callable[[], Any]) -> Any:
        """What is kept of a question, else its answer, which is then kept."""
        if self._cache is None:
            return answer()
        import hashlib
        from importlib.metadata import version

        question = question | {"metricflow": version("metricflow"), "writer": WRITER}
        file = self._cache / f"{hashlib.sha256(json.dumps(question).encode()).hexdigest()[:32]}.json"
        if file.is_file():
            return json.loads(file.read_text(encoding="utf-8"))
        found = answer()
        _forget_others(self._cache)
        draft = file.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.replace(file)
        return found


def _forget_others(folder: Path) -> None:
    """Make the folder of a manifest, and remove those of manifests that have not been used for long."""
    import shutil

    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for other in others[KEPT_MANIFESTS:]:
        shutil.rmtree(other, ignore_errors=True)


def _unreadable(error: Exception) -> NotAnswered:
    return NotAnswered(
        f"semantic manifest: expected one that MetricFlow can read, found: {_said(error)}. Run `dbt parse`."
    )


def _said(error: Exception) -> str:
    """MetricFlow's message in one line: without where in its own plan the fault lies."""
    if isinstance(error, SemanticError):
        return str(error)
    text = (str(error) or type(error).__name__).partition("Got exception")[0]
    messages = re.findall(r"Message:\n(.*?)(?=\n\s*(?:Query Input|Issue Location|Error #)|\Z)", text, re.S)
    return " ".join(" ".join(messages or [text]).split()).removesuffix(".")[:600]
