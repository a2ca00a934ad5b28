"""Every metric in words: what it means, how it is made, by what it can be cut, and what stands behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leitstand.config import Company
from leitstand.manifest import read_manifest
from leitstand.metrics.source import layer_of, told
from leitstand.semantic import Manifest, Metric, SemanticLayer
from leitstand.semantic.question import right_grains
from leitstand.semantic.rollup import RolledTable

BUILT_FROM = "built_from"
"""The key under which a published manifest says what its tables are made of."""


@dataclass(frozen=True)
class Entry:
    """One metric in one language."""

    name: str
    label: str
    description: str
    kpi: str
    kind: str
    formula: str
    grain: str
    time_dimension: str
    denominator: str
    unit: str
    direction: str
    owner: str
    review: str
    inputs: tuple[str, ...]
    grains: tuple[str, ...]
    dimensions: tuple[str, ...]
    facts: tuple[str, ...]
    models: tuple[str, ...]
    """The models that the facts are built from, in order of names."""
    seeds: tuple[str, ...]
    """The definitions and reference data behind them."""


class Lineage:
    """What dbt's manifest says stands before a table."""

    def __init__(self, target: Path) -> None:
        """Read the manifest of the last build."""
        manifest = read_manifest(target / "manifest.json")
        self._parents: dict[str, list[str]] = manifest["parent_map"]
        self._ids = {node["name"]: key for key, node in manifest["nodes"].items()}

    def before(self, tables: Iterable[str]) -> dict[str, list[str]]:
        """The names of the models and seeds that tables are built from, by kind."""
        seen: set[str] = set()
        waiting = [self._ids[table] for table in tables if table in self._ids]
        first = set(waiting)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self._parents.get(node, [])
        found: dict[str, list[str]] = {"model": [], "seed": []}
        for node in sorted(seen - first):
            kind, *_, name = node.split(".")
            if kind in found:
                found[kind].append(name)
        return found


def built_from(target: Path, tables: Iterable[RolledTable]) -> dict[str, dict[str, list[str]]]:
    """Of each table of a star what it is made of: the fact, and the models and seeds behind that."""
    lineage = Lineage(target)
    return {table.name: {"fact": [table.source], **lineage.before([table.source])} for table in tables}


def entries(layer: SemanticLayer, language: str, lineage: Lineage | None = None) -> list[Entry]:
    """All metrics in a language, in order of names, but those that are only inputs of others."""
    return [
        entry(layer, metric.name, language, lineage)
        for metric in layer.manifest.metrics.values()
        if not metric.is_hidden
    ]


def entry(layer: SemanticLayer, name: str, language: str, lineage: Lineage | None = None) -> Entry:
    """One metric in a language.

    Raises:
        UnknownName: there is none of this name; the nearest is offered.
    """
    manifest, metric = layer.manifest, layer.manifest.metric(name)
    facts = manifest.relations_of(name)
    before = {"fact": list(facts), "model": [], "seed": []}
    if lineage:
        before |= lineage.before(facts)
    elif known := manifest.content.get(BUILT_FROM):
        before = {kind: sorted({one for fact in facts for one in known[fact][kind]}) for kind in before}
    cuts = [cut for cut in layer.cuts([name]) if cut.name != "metric_time"]
    return Entry(
        name=name,
        label=metric.text("label", language),
        description=metric.text("description", language),
        kpi=metric.text("kpi", language),
        kind=metric.kind,
        formula=metric.text("formula", language) or made_of(metric),
        grain=metric.text("grain", language),
        time_dimension=metric.text("time_dimension", language) or ", ".join(manifest.times_of(name)),
        denominator=metric.text("denominator", language),
        unit=metric.text("unit", language),
        direction=metric.text("direction", language),
        owner=metric.text("owner", language),
        review=metric.text("review", language),
        inputs=metric.inputs,
        grains=_grains(manifest, name),
        dimensions=tuple(dict.fromkeys(cut.element for cut in cuts)),
        facts=tuple(before["fact"]),
        models=tuple(before["model"]),
        seeds=tuple(before["seed"]),
    )


def made_of(metric: Metric) -> str:
    """The formula as it is defined, where nobody has put it in words."""
    if metric.kind == "ratio":
        return " / ".join(metric.inputs)
    return (
        f"{metric.aggregation}({metric.expression})" if metric.aggregation else str(metric.expression or "")
    )


def _grains(manifest: Manifest, name: str) -> tuple[str, ...]:
    right = right_grains(manifest, name)
    return tuple(g for g in ("month", "quarter", "year", *manifest.own_grains) if right is None or g in right)


def as_dict(entry: Entry) -> dict[str, Any]:
    """An entry as plain values."""
    return dataclasses.asdict(entry)


def read_entries(company: Company, language: str, name: str | None = None) -> list[Entry]:
    """All metrics of the last build, or one, in a language.

    Raises:
        BadInput: nothing has been built, or there is no such metric.
    """
    target = company.target
    with told():
        layer = layer_of(target)
        if name is None:
            return entries(layer, language)
        return [entry(layer, name, language, Lineage(target))]
