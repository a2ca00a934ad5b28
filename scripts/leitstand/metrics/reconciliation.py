"""Which column of which mart equals which metric: read from the marts' own YAML.

A column's `config.meta` names its `metric`, or a list of metrics with the rows of each (`where`), and where
it is not, or not in all rows, compared, the reason (`not_reconciled`). A ratio may name the columns that it
is of (`numerator`, `denominator`). A mart's `config.meta` says under `cuts` what a column of its key is
called among the metrics, where that is another name.

With a metric of a list may stand, too: `among`, columns of which only values count that the metric has;
`over`, columns that it cannot be cut by; `cuts`, names that only it has for columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leitstand.errors import BadInput
from leitstand.manifest import read_manifest
from leitstand.semantic.reconcile import Comparison, Pair

ROLES = ("additive", "ratio")


@dataclass(frozen=True)
class Unreconciled:
    """A column that is not, or not in all rows, compared with a metric, and why."""

    mart: str
    column: str
    reason: str


def comparisons(target: Path) -> list[Comparison]:
    """The comparisons that the marts' YAML asks for, in order of the marts' names.

    Raises:
        BadInput: a mapping names a column that the key does not have.
    """
    return [found for node in _marts(target) if (found := _comparison(node)) is not None]


def unreconciled(target: Path) -> list[Unreconciled]:
    """The columns that are not compared in all rows, with the reasons that are given."""
    return [
        Unreconciled(node["name"], column["name"], " ".join(reason.split()))
        for node in _marts(target)
        for column in _measures(node)
        if (reason := column["config"]["meta"].get("not_reconciled"))
    ]


def unmapped(target: Path) -> list[str]:
    """The columns that have neither a metric nor a reason; there should be none."""
    return [
        f"{node['name']}.{column['name']}"
        for node in _marts(target)
        for column in _measures(node)
        if not {"metric", "not_reconciled"} & set(column["config"]["meta"])
    ]


def _marts(target: Path) -> list[dict[str, Any]]:
    nodes = read_manifest(target / "manifest.json")["nodes"].values()
    marts = (
        node
        for node in nodes
        if node["resource_type"] == "model"
        and node["schema"] == "kpi"
        and node["config"]["meta"].get("published")
    )
    return sorted(marts, key=lambda node: str(node["name"]))


def _measures(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (c for c in node["columns"].values() if c["config"]["meta"].get("role") in ROLES)


def _comparison(node: dict[str, Any]) -> Comparison | None:
    meta = node["config"]["meta"]
    pairs = tuple(pair for column in _measures(node) for pair in _pairs(node, column))
    if not pairs:
        return None
    cuts = meta.get("cuts", {})
    time = next((column for column in meta["key"] if "month" in column), "")
    return Comparison(
        name=node["name"],
        relation=f'"{node["schema"]}"."{node["name"]}"',
        key=tuple((column, cuts.get(column, column)) for column in meta["key"]),
        time=time,
        pairs=pairs,
        whole=tuple(
            column["name"]
            for column in _measures(node)
            if "metric" in (meta_of := column["config"]["meta"]) and "not_reconciled" not in meta_of
        ),
    )


def _pairs(node: dict[str, Any], column: dict[str, Any]) -> Iterator[Pair]:
    meta = column["config"]["meta"]
    wanted = meta.get("metric", [])
    items: list[dict[str, Any]] = [{"name": wanted}] if isinstance(wanted, str) else wanted
    parts = [tuple(meta.get(part) or ()) for part in ("numerator", "denominator")]
    for item in items:
        where = {str(name): str(value) for name, value in item.get("where", {}).items()}
        cuts, among, over = item.get("cuts", {}), item.get("among", []), item.get("over", [])
        other = {*where, *cuts, *among, *over} - set(node["config"]["meta"]["key"])
        if other:
            raise BadInput(
                f"{node['original_file_path']}, column {column['name']!r}: expected columns of the key with "
                f"its metric, found {', '.join(sorted(other))}. The key is {node['config']['meta']['key']}."
            )
        yield Pair(
            column=column["name"],
            metric=item["name"],
            where=tuple(sorted(where.items())),
            parts=(parts[0], parts[1]) if all(parts) else None,
            is_ratio=meta["role"] == "ratio",
            among=tuple(among),
            over=tuple(over),
            cuts=tuple(sorted(cuts.items())),
        )
