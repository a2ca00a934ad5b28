"""Which published tables follow from a model, a seed or a source: read from dbt's manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Lineage:
    """The graph of a manifest, asked downstream; what is made of its models by another hand, too."""

    def __init__(self, manifest: dict[str, Any], made_of: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take the graph, the nodes that are marked `published`, and published tables that are no nodes.

        `made_of` names the latter, each with the models that it is made of.
        """
        self._children: dict[str, list[str]] = manifest["child_map"]
        self._made_of = {table: frozenset(models) for table, models in (made_of or {}).items()}
        self._names = {key: str(node["name"]) for key, node in manifest["nodes"].items()}
        self._published = {
            key: str(node["name"])
            for key, node in manifest["nodes"].items()
            if node["resource_type"] == "model" and node["config"]["meta"].get("published")
        }
        self._sources = {
            (source["source_name"], source["name"]): key for key, source in manifest["sources"].items()
        }

    @property
    def published(self) -> tuple[str, ...]:
        """All published tables."""
        return tuple(sorted([*self._published.values(), *self._made_of]))

    def marts_judged(self, reads: Iterable[str]) -> tuple[str, ...]:
        """The published tables that a check which reads these nodes makes untrustworthy.

        It judges the most derived of its models: what they are compared with or measured by, an upstream
        model, `as_of`, a threshold, has checks of its own. A model that nothing published is built from
        does not stand for those before it. A check that reads nothing but seeds judges those; one that
        reads nothing looks at all tables.
        """
        nodes = set(reads)
        models = {node for node in nodes if not node.startswith("seed.")} or nodes
        reaching = {node for node in models if self._downstream([node]) & self._published.keys()}
        judged = [node for node in models if not self._downstream([node]) & (reaching - {node})]
        return self.marts_of(judged) if nodes else self.published

    def marts_of(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The published tables among these nodes and all that is built from them.

        None where no published model is among them: a fault there often comes from before, and what is made
        of these nodes alone does not say how far it reaches.
        """
        seen = self._downstream(nodes)
        marts = [name for key, name in self._published.items() if key in seen]
        if not marts:
            return ()
        return tuple(sorted([*marts, *self.made_of(self._names.get(key, "") for key in seen)]))

    def made_of(self, models: Iterable[str]) -> tuple[str, ...]:
        """The published tables that are no models and are made of one of these."""
        names = frozenset(models)
        return tuple(sorted(table for table, found in self._made_of.items() if found & names))

    def _downstream(self, nodes: Iterable[str]) -> set[str]:
        """These nodes and all that is built from them."""
        seen: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self._children.get(node, [])
        return seen

    def marts_of_entity(self, entity: str) -> tuple[str, ...]:
        """The published tables built from one entity of the input contract."""
        return self.marts_of([self._sources["files", entity]])

    def marts_of_model(self, name: str) -> tuple[str, ...]:
        """The published tables that are this model or are built from it."""
        return self.marts_of([f"model.leitstand.{name}"])
