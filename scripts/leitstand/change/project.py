"""The project as dbt sees it for a scratch company: parsed once, compared with the published state, built."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from leitstand.build import BuildResult, Progress, call_dbt, read_part
from leitstand.config import Company
from leitstand.manifest import Manifest, read_manifest

_PREFIXES = ("duckdb__", "default__")


class Project:
    """One parse of the project for one company, beside the state that was published."""

    def __init__(self, company: Company, state: Path, progress: Progress) -> None:
        """Parse; raises LeitstandError where dbt cannot read the project."""
        self._company = company
        self._state = ["--state", str(state.resolve())]
        self._progress = progress
        progress("reading the project")
        self._parsed = call_dbt(company, "parse")
        file = company.folder / "warehouse" / "target" / "manifest.json"
        self.manifest: Manifest = read_manifest(file)

    def select(self, *selection: str) -> list[str]:
        """The ids of the nodes that a selection names."""
        # a test counts where it changed itself, not where what it tests did
        arguments = ["--select", *selection, *self._state, "--indirect-selection", "empty"]
        arguments += ["--output", "json", "--output-keys", "unique_id"]
        lines = call_dbt(self._company, "ls", *arguments, manifest=self._parsed)
        return sorted(json.loads(line)["unique_id"] for line in lines)

    def build(self, selection: Iterable[str]) -> tuple[BuildResult, dict[str, str]]:
        """Build a selection, all where it is empty; the status of each node beside the result.

        What it does not hold is read where the state has it, which is in the copy.
        """
        return self._call("build", selection, "--exclude-resource-type", "test", "unit_test")

    def test(self, selection: Iterable[str]) -> tuple[BuildResult, dict[str, str]]:
        """Run the checks of a selection once all of it is built: one that fails must not hide the figures."""
        return self._call("test", selection)

    def _call(
        self, command: str, selection: Iterable[str], *arguments: str
    ) -> tuple[BuildResult, dict[str, str]]:
        chosen = list(selection)
        select = ["--select", *chosen] if chosen else []
        every = [*select, *arguments, "--defer", *self._state]
        call_dbt(self._company, command, *every, progress=self._progress, manifest=self._parsed)
        return read_part(self._company)


def untraced_macros(old: Manifest, new: Manifest) -> list[str]:
    """Changed macros that no node is known to use, such as that which names the schemas, or those of hooks.

    dbt cannot say what they change. Definitions for another engine change nothing here.
    """
    before, after = _own_macros(old), _own_macros(new)
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    traced = _traced(new) | _traced(old)
    relevant = {name for name in changed - traced if _is_for_duckdb(name)}
    return sorted(name.split(".")[-1] for name in relevant)


def _own_macros(manifest: Manifest) -> dict[str, str]:
    package = manifest["metadata"]["project_name"]
    macros = manifest["macros"].items()
    return {name: macro["macro_sql"] for name, macro in macros if macro["package_name"] == package}


def _is_for_duckdb(name: str) -> bool:
    macro = name.split(".")[-1]
    return "__" not in macro or macro.startswith(_PREFIXES)


def _traced(manifest: Manifest) -> set[str]:
    """All macros that a node uses, or a macro that it uses."""
    nodes: list[dict[str, Any]] = list(manifest["nodes"].values())
    # hooks of a run are nodes too, and change no model: what they use is not traced to one
    nodes = [node for node in nodes if node["resource_type"] in ("model", "seed", "test")]
    found: set[str] = set()
    open_ends = {name for node in nodes for name in node["depends_on"].get("macros", [])}
    while open_ends:
        found |= open_ends
        known = (manifest["macros"].get(name, {"depends_on": {}}) for name in open_ends)
        open_ends = {used for macro in known for used in macro["depends_on"].get("macros", [])} - found
    return found
