"""What a change does to the published contract, and whether the changelog says so where it breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Nodes = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class ContractChange:
    """One change of a published `table` or `table.column`; breaking where a reader may stop working.

    A table of the schema `meta` or `metrics` has its schema before it, as in `meta.release.as_of`.
    """

    name: str
    what: str
    is_breaking: bool
    is_declared: bool = False


def contract_changes(old: Nodes, new: Nodes, changelog: Path) -> list[ContractChange]:
    """What changed from one set of published tables to another; a removal is breaking, an addition is not.

    Parameters:
        old, new: the published tables by name, as two manifests have them.
        changelog: the file whose section "Unreleased" declares what breaks.
    """
    declared = declared_breaks(changelog)
    changes = [*_tables(old, new)]
    for table in sorted(old.keys() & new.keys()):
        changes += _columns(table, old[table], new[table])
    return [replace(change, is_declared=change.is_breaking and change.name in declared) for change in changes]


def declared_breaks(changelog: Path) -> set[str]:
    """The tables and columns that lines beginning with "Breaking:" name, below the heading "Unreleased"."""
    text = changelog.read_text(encoding="utf-8") if changelog.is_file() else ""
    section = re.search(r"^##[ \[]*Unreleased\b.*?$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^[-*\s]*Breaking:(.*)$", section[1] if section else "", re.MULTILINE)
    return {name for line in lines for name in re.findall(r"\w+(?:\.\w+){0,2}", line)}


def _tables(old: Nodes, new: Nodes) -> Iterator[ContractChange]:
    for table in sorted(old.keys() - new.keys()):
        yield ContractChange(table, "table removed", is_breaking=True)
    for table in sorted(new.keys() - old.keys()):
        yield ContractChange(table, "table added", is_breaking=False)


def _columns(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[ContractChange]:
    before, after = (node["config"]["meta"].get("key", []) for node in (old, new))
    if before != after:
        yield ContractChange(table, f"key changed from {_list(before)} to {_list(after)}", is_breaking=True)
    for column in [*old["columns"], *(name for name in new["columns"] if name not in old["columns"])]:
        name = f"{table}.{column}"
        was, now = old["columns"].get(column), new["columns"].get(column)
        if now is None:
            yield ContractChange(name, "column removed", is_breaking=True)
        elif was is None:
            yield ContractChange(name, f"column added, {now['data_type']}", is_breaking=False)
        else:
            yield from _column(name, was, now)


def _column(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[ContractChange]:
    types = [str(column["data_type"]).lower() for column in (was, now)]
    if types[0] != types[1]:
        yield ContractChange(name, f"type changed from {types[0]} to {types[1]}", is_breaking=True)
    roles = [column["config"]["meta"].get("role", "dimension") for column in (was, now)]
    if roles[0] != roles[1]:
        yield ContractChange(name, f"role changed from {roles[0]} to {roles[1]}", is_breaking=True)
    over = [column["config"]["meta"].get("additive_over", []) for column in (was, now)]
    lost = [dimension for dimension in over[0] if dimension not in over[1]]
    if lost and roles[0] == roles[1]:
        yield ContractChange(name, f"no longer adds up over {_list(lost)}", is_breaking=True)


def _list(names: list[str]) -> str:
    return "(" + ", ".join(names) + ")"
