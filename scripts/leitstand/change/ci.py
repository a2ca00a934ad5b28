"""What a change of models, tests or definitions does, seen before it is merged: built, tested, compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leitstand.build import Node, Progress
from leitstand.change.checks import CheckChange, check_changes
from leitstand.change.contract import ContractChange, Nodes, contract_changes
from leitstand.change.figures import Comparison, compare
from leitstand.change.own_tables import saved_made_here, saved_published, tables_made_here, tables_published
from leitstand.change.project import Project, untraced_macros
from leitstand.change.scratch import scratch_company
from leitstand.change.state import PublishedState, published_nodes, read_state
from leitstand.config import PROJECT_ROOT, Company
from leitstand.definitions import check_definitions
from leitstand.manifest import Manifest

_BUILT = ("model", "seed")


@dataclass(frozen=True)
class ChangeReport:
    """What a change is and does; `touched` is built anew because it, or what it reads, is changed.

    `everything_because` says why all was built, where dbt cannot tell what a change touches. `not_built` are
    the published tables that could not be built, so that nothing can be said of their figures. dbt skips the
    checks of a model whose unit test failed.
    """

    release_id: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    touched: int
    everything_because: tuple[str, ...]
    checks_passed: int
    checks_skipped: int
    checks_total: int
    failed: tuple[Node, ...]
    warned: tuple[Node, ...]
    contract: tuple[ContractChange, ...]
    checks: tuple[CheckChange, ...]
    not_built: tuple[str, ...]
    comparison: Comparison

    @property
    def undeclared(self) -> tuple[ContractChange, ...]:
        """What breaks the published contract while the changelog does not say so."""
        return tuple(c for c in self.contract if c.is_breaking and not c.is_declared)

    @property
    def is_passed(self) -> bool:
        """True where nothing failed, and nothing breaks the contract unsaid."""
        return not self.failed and not self.undeclared


def check_change(
    company: Company,
    *,
    changelog: Path = PROJECT_ROOT / "CHANGELOG.md",
    progress: Progress = lambda _: None,
) -> ChangeReport:
    """Build and test what differs from the published state in a scratch company, and say what it does.

    Raises:
        BadInput: a definition is wrong; or nothing is published, or something has landed since.
        LeitstandError: dbt could not read the project; its own message is passed on.
    """
    check_definitions(company)
    state = read_state(company)
    progress("copying the warehouse")
    with scratch_company(company, company.definitions) as scratch:
        project = Project(scratch, state.folder, progress)
        reasons = _everything_because(company, state, project.manifest)
        modified = project.select("state:modified")
        outcome = _build(project, modified, reasons)
        progress("comparing")
        nodes = _built_nodes(published_nodes(project.manifest), outcome.built)
        figures = compare(state.release / "kpi.duckdb", scratch.warehouse, nodes)
        contract = _contract(state, project.manifest, saved_made_here(scratch), changelog)
    return _report(state, project.manifest, modified, reasons, outcome, contract, figures)


def _contract(
    state: PublishedState, manifest: Manifest, saved: Nodes, changelog: Path
) -> list[ContractChange]:
    """What changes in the published tables: those of models, the saved queries and what the code makes."""
    release = state.release / "kpi.duckdb"
    return contract_changes(
        {**published_nodes(state.manifest), **saved_published(release), **tables_published(release)},
        {**published_nodes(manifest), **saved, **tables_made_here()},
        changelog,
    )


def _everything_because(company: Company, state: PublishedState, manifest: Manifest) -> tuple[str, ...]:
    """Changes of which dbt does not know what they touch."""
    now = company.vars.model_dump(mode="json")
    settings = [f"setting {name}" for name in now if now[name] != state.variables.get(name)]
    return (*settings, *(f"macro {name}" for name in untraced_macros(state.manifest, manifest)))


@dataclass(frozen=True)
class _Outcome:
    """What failed or warned, the status of each check, and the ids of what was built."""

    failed: tuple[Node, ...] = ()
    warned: tuple[Node, ...] = ()
    checks: tuple[str, ...] = ()
    built: frozenset[str] = frozenset()


def _build(project: Project, modified: list[str], reasons: tuple[str, ...]) -> _Outcome:
    """Build all that is touched, then check it."""
    if not modified and not reasons:
        return _Outcome()
    selection = [] if reasons else ["state:modified+"]
    result, nodes = project.build(selection)
    tested, statuses = project.test(selection)
    return _Outcome(
        failed=result.failed + tested.failed,
        warned=tested.warned,
        # the hooks of a run are in the results, too
        checks=tuple(status for name, status in statuses.items() if name.startswith(("test.", "unit_test."))),
        built=frozenset(name for name, status in nodes.items() if status == "success"),
    )


def _built_nodes(nodes: dict[str, dict[str, Any]], built: frozenset[str]) -> dict[str, dict[str, Any]]:
    return {name: node for name, node in nodes.items() if node["unique_id"] in built}


def _report(
    state: PublishedState,
    manifest: Manifest,
    modified: list[str],
    reasons: tuple[str, ...],
    outcome: _Outcome,
    contract: list[ContractChange],
    figures: Comparison,
) -> ChangeReport:
    before, after = (_models(content) for content in (state.manifest, manifest))
    new = published_nodes(manifest)
    touched = _touched(manifest, modified, bool(reasons))
    return ChangeReport(
        release_id=state.release.name,
        added=_names(after - before),
        changed=_names({name for name in modified if name in after & before}),
        removed=_names(before - after),
        touched=len({name for name in touched if name in after}),
        everything_because=reasons,
        checks_passed=outcome.checks.count("pass"),
        checks_skipped=outcome.checks.count("skipped"),
        checks_total=len(outcome.checks),
        failed=outcome.failed,
        warned=outcome.warned,
        contract=tuple(contract),
        checks=tuple(check_changes(state.manifest, manifest)),
        not_built=tuple(n for n, node in new.items() if node["unique_id"] in touched - outcome.built),
        comparison=figures,
    )


def _models(manifest: Manifest) -> set[str]:
    """The ids of all models and definitions of a manifest."""
    return {name for name, node in manifest["nodes"].items() if node["resource_type"] in _BUILT}


def _touched(manifest: Manifest, modified: list[str], everything: bool) -> set[str]:
    """What is changed, and all that is made of it."""
    found: set[str] = set(manifest["nodes"]) if everything else set()
    ends = set(modified)
    while ends:
        found |= ends
        ends = {child for name in ends for child in manifest["child_map"].get(name, [])} - found
    return found


def _names(ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(name.split(".")[2] for name in ids))
