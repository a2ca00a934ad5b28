"""Which checks a change adds, loses or alters: dbt's tests, each rule of a grouped one, and unit tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]


@dataclass(frozen=True)
class CheckChange:
    """One check that was added, lost, changed or weakened (it blocked and now warns)."""

    name: str
    what: str


def check_changes(old: Manifest, new: Manifest) -> list[CheckChange]:
    """What changed among the checks from one manifest to another, by name."""
    before, after = (dict(_checks(manifest)) for manifest in (old, new))
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        if was is None or now is None:
            found.append(CheckChange(name, "added" if was is None else "lost"))
        else:
            weakened = (was[0], now[0]) == ("error", "warn")
            found.append(CheckChange(name, "weakened" if weakened else "changed"))
    return found


def _checks(manifest: Manifest) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, severity and definition of each check."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            severity = str(node["config"].get("severity", "error")).lower()
            for name, definition in _of(node):
                yield name, (severity, definition)
    for unit in manifest["unit_tests"].values():
        given = {key: unit.get(key) for key in ("given", "expect", "overrides")}
        yield f"unit test {unit['name']}", ("error", json.dumps(given, sort_keys=True, default=str))


def _of(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The checks of one test: a grouped one is as many as it has rules."""
    metadata = node.get("test_metadata")
    where = str(node["config"].get("where"))
    if not metadata:
        yield node["name"], where + str(node.get("raw_code"))
        return
    owner = str(node.get("attached_node") or node.get("file_key_name") or node["name"]).split(".")[-1]
    arguments = {key: value for key, value in metadata["kwargs"].items() if key != "model"}
    kind = metadata["name"]
    if kind == "row_rules":
        for rule, condition in arguments.get("rules", {}).items():
            yield f"{owner}: {rule}", where + str(condition)
        if arguments.get("unique"):
            yield f"{owner}: unique", where + ", ".join(arguments["unique"])
        for column in arguments.get("not_null", []):
            yield f"{owner}.{column}: not null", where
        return
    column = arguments.pop("column_name", None)
    told = ", ".join(f"{key}={value}" for key, value in sorted(arguments.items()))
    yield f"{owner}{f'.{column}' if column else ''}: {kind}" + (f" ({told})" if told else ""), where
