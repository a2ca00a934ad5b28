"""Which published tables follow from a model, a seed or a source: read from dbt's manifest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Lineage:
    """The graph of a manifest, asked downstream."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Take the graph and the nodes that are marked `published`."""
        self._children: dict[str, list[str]] = manifest["child_map"]
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
        return tuple(sorted(self._published.values()))

    def marts_of(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The published tables among these nodes and all that is built from them."""
        seen: set[str] = set()
        open_nodes = list(nodes)
        while open_nodes:
            node = open_nodes.pop()
            if node not in seen:
                seen.add(node)
                open_nodes += self._children.get(node, [])
        return tuple(sorted(name for key, name in self._published.items() if key in seen))

    def marts_of_entity(self, entity: str) -> tuple[str, ...]:
        """The published tables built from one entity of the input contract."""
        return self.marts_of([self._sources["files", entity]])

    def marts_of_model(self, name: str) -> tuple[str, ...]:
        """The published tables that are this model or are built from it."""
        return self.marts_of([f"model.leitstand.{name}"])
