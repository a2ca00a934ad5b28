"""What a semantic manifest says, read without MetricFlow: metrics, saved queries, models and grains."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from leitstand.semantic.errors import NoSum, NotAnswered, unknown

FINEST_GRAIN = "finest_grain"
"""The key under which a manifest over sums says at which grain they are sums."""
LEFT_OUT = "left_out"
"""The key under which such a manifest names the metrics that are no sums."""
COMBINED = "combined"
"""The key under which it names the entities that stand in it as their attributes alone."""
GRAINS = ("hour", "day", "week", "month", "quarter", "year")
_COUNTING = ("sum", "count", "count_distinct", "sum_boolean")


@dataclass(frozen=True)
class Offset:
    """How far a metric looks back: the grain of its window, or the grain to whose start it goes back."""

    metric: str
    grain: str


@dataclass(frozen=True)
class Metric:
    """One metric as it is defined."""

    name: str
    label: str
    description: str
    kind: str
    """simple, ratio, derived, cumulative or conversion"""
    meta: dict[str, Any] = field(repr=False)
    inputs: tuple[str, ...]
    """Names of the metrics that it is made of."""
    model: str | None
    """The semantic model that a simple metric sums."""
    aggregation: str | None
    expression: str | None
    filters: tuple[str, ...]
    time_dimension: str | None
    offsets: tuple[Offset, ...]
    stock: str | None
    """The time over which a simple metric does not add up: its last day stands for a period."""
    is_hidden: bool
    """True for what is only an input of other metrics."""

    @property
    def not_additive_over(self) -> tuple[str, ...]:
        """Names of dimensions and entities by which it must be cut to be one figure, as its `meta` says."""
        return tuple(self.meta.get("not_additive_over", ()))

    def text(self, key: str, language: str = "en") -> str:
        """A text of `meta` in a language (`key_de`), or what the definition says; may be empty."""
        found = self.meta.get(f"{key}_{language}") or self.meta.get(key)
        if not found and key in ("label", "description"):
            found = getattr(self, key)
        return " ".join(str(found or "").split())


@dataclass(frozen=True)
class SavedQuery:
    """One saved query as it is defined; each where is a filter of MetricFlow."""

    name: str
    description: str
    metrics: tuple[str, ...]
    group_by: tuple[str, ...]
    where: tuple[str, ...]
    order_by: tuple[str, ...]
    limit: int | None


class Manifest:
    """A `semantic_manifest.json` of dbt."""

    def __init__(self, text: str) -> None:
        """Take the file's text.

        Raises:
            NotAnswered: it is not the manifest of a semantic layer.
        """
        try:
            self.content: dict[str, Any] = json.loads(text)
            self._metrics: list[dict[str, Any]] = self.content["metrics"]
            self._models: list[dict[str, Any]] = self.content["semantic_models"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnswered(
                "semantic manifest: expected metrics and semantic models as `dbt parse` writes them, found "
                f"something else ({error!r}). Run `dbt parse`."
            ) from error
        _fill_joined_counts(self._metrics)
        # dbt writes them in another order after it has parsed a part anew
        for items in (self._metrics, self._models, self.content.get("saved_queries") or []):
            items.sort(key=lambda item: str(item["name"]))
        self.text = json.dumps(self.content, sort_keys=True)
        self.digest = hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def read(cls, file: Path) -> Manifest:
        """Read the file.

        Raises:
            NotAnswered: there is none, or it is something else.
        """
        if not file.is_file():
            raise NotAnswered(f"{file}: expected a semantic manifest, found none. Run `dbt parse`.")
        return cls(file.read_text(encoding="utf-8"))

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """All metrics by name, in order of names."""
        found = (_metric(content) for content in self._metrics)
        return {metric.name: metric for metric in sorted(found, key=lambda metric: metric.name)}

    @cached_property
    def saved_queries(self) -> dict[str, SavedQuery]:
        """All saved queries by name, in order of names."""
        found = (_saved_query(content) for content in self.content.get("saved_queries") or ())
        return {query.name: query for query in sorted(found, key=lambda query: query.name)}

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        """All semantic models by name, as they stand in the file."""
        return {model["name"]: model for model in self._models}

    @cached_property
    def own_grains(self) -> tuple[str, ...]:
        """The grains that the project's time spines add to the calendar's."""
        spines = self.content["project_configuration"]["time_spines"]
        return tuple(grain["name"] for spine in spines for grain in spine.get("custom_granularities") or ())

    @property
    def grains(self) -> tuple[str, ...]:
        """All grains, the calendar's first."""
        return (*GRAINS, *self.own_grains)

    @property
    def finest_grain(self) -> str:
        """The grain below which there are no figures: a day, or what the facts were summed to."""
        return str(self.content.get(FINEST_GRAIN, "day"))

    @property
    def is_of_sums(self) -> bool:
        """True where the facts are sums already."""
        return FINEST_GRAIN in self.content

    @property
    def combined(self) -> tuple[str, ...]:
        """The entities that are told apart by their attributes alone."""
        return tuple(self.content.get(COMBINED, ()))

    def metric(self, name: str) -> Metric:
        """One metric.

        Raises:
            UnknownName: there is none of this name; the nearest is offered.
        """
        if name in self.content.get(LEFT_OUT, ()):
            raise NoSum(
                f"{name}: expected a metric that is made of sums, found one that is not, such as a median."
            )
        if name not in self.metrics:
            raise unknown("a metric", name, self.metrics)
        return self.metrics[name]

    def ingredients(self, name: str) -> Iterator[Metric]:
        """A metric and all that it is made of, each once, itself first."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop(0)
            if current not in seen:
                seen.add(current)
                metric = self.metric(current)
                waiting += metric.inputs
                yield metric

    def offsets(self, name: str) -> list[Offset]:
        """Every look back that stands in a metric or in what it is made of."""
        return [offset for metric in self.ingredients(name) for offset in metric.offsets]

    def named_grains(self, name: str) -> list[list[str]]:
        """The grains that the `meta` of a metric, and of what it is made of, names as right."""
        found = [item.meta.get("grains") for item in self.ingredients(name)]
        return [list(grains) for grains in found if grains]

    def models_of(self, name: str) -> tuple[str, ...]:
        """The names of the semantic models that a metric sums, in order."""
        return tuple(sorted({metric.model for metric in self.ingredients(name) if metric.model}))

    def relations_of(self, name: str) -> tuple[str, ...]:
        """The names of the tables that a metric sums, in order."""
        found = {self.models[model]["node_relation"]["alias"] for model in self.models_of(name)}
        return tuple(sorted(found))

    def relations_in(self, sql: str) -> tuple[str, ...]:
        """The names of the tables that a query compiled from this manifest reads, in order."""
        relations = [model["node_relation"] for model in self._models]
        relations += [s["node_relation"] for s in self.content["project_configuration"]["time_spines"]]
        return tuple(sorted({str(r["alias"]) for r in relations if r["relation_name"] in sql}))

    def times_of(self, name: str) -> tuple[str, ...]:
        """The time dimensions that date a metric, in order."""
        found = {metric.time_dimension for metric in self.ingredients(name) if metric.time_dimension}
        return tuple(sorted(found))


def _fill_joined_counts(metrics: list[dict[str, Any]]) -> None:
    """A count that is joined to the time spine is 0 where nothing is to be counted.

    dbt 1.12 reads `fill_nulls_with` of a simple metric and does not write it to the manifest.
    """
    for metric in metrics:
        params = metric["type_params"]
        aggregation = (params.get("metric_aggregation_params") or {}).get("agg")
        if params.get("join_to_timespine") and params.get("fill_nulls_with") is None:
            params["fill_nulls_with"] = 0 if aggregation in _COUNTING else None


def _metric(content: dict[str, Any]) -> Metric:
    params = content["type_params"]
    cumulative = params.get("cumulative_type_params") or {}
    conversion = params.get("conversion_type_params") or {}
    aggregation = params.get("metric_aggregation_params") or {}
    inputs = [
        *(params.get("metrics") or ()),
        *(params.get(side) for side in ("numerator", "denominator")),
        cumulative.get("metric"),
        *(conversion.get(side) for side in ("base_metric", "conversion_metric")),
    ]
    known = [item for item in inputs if item]
    filters = (content.get("filter") or {}).get("where_filters") or ()
    return Metric(
        name=content["name"],
        label=content.get("label") or content["name"],
        description=" ".join((content.get("description") or "").split()),
        kind=content["type"],
        meta=(content.get("config") or {}).get("meta") or {},
        inputs=tuple(dict.fromkeys(item["name"] for item in known)),
        model=aggregation.get("semantic_model"),
        aggregation=aggregation.get("agg"),
        expression=params.get("expr"),
        filters=tuple(item["where_sql_template"] for item in filters),
        time_dimension=aggregation.get("agg_time_dimension"),
        offsets=tuple(offset for item in known for offset in _offsets(content["name"], item)),
        stock=(aggregation.get("non_additive_dimension") or {}).get("name"),
        is_hidden=bool(params.get("is_private")),
    )


def _offsets(metric: str, item: dict[str, Any]) -> Iterator[Offset]:
    if item.get("offset_window"):
        yield Offset(metric, item["offset_window"]["granularity"])
    if item.get("offset_to_grain"):
        yield Offset(metric, item["offset_to_grain"])


def _saved_query(content: dict[str, Any]) -> SavedQuery:
    params = content["query_params"]
    where = (params.get("where") or {}).get("where_filters") or ()
    return SavedQuery(
        name=content["name"],
        description=" ".join((content.get("description") or "").split()),
        metrics=tuple(params.get("metrics") or ()),
        group_by=tuple(params.get("group_by") or ()),
        where=tuple(item["where_sql_template"] for item in where),
        order_by=tuple(params.get("order_by") or ()),
        limit=params.get("limit"),
    )
