"""What the figures would be under other definitions, beside those that are published; nothing is touched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from leitstand.build import BuildResult, Progress
from leitstand.change.figures import Comparison, compare
from leitstand.change.project import Project, untraced_macros
from leitstand.change.scratch import merge_definitions, scratch_company, scratch_folder
from leitstand.change.state import PublishedState, published_nodes, read_state
from leitstand.config import Company
from leitstand.definitions import find_faults, refuse
from leitstand.definitions.diff import Change, diff
from leitstand.errors import BadInput, ChecksFailed


@dataclass(frozen=True)
class Simulation:
    """The figures of a release and those under other definitions, and in what the definitions differ."""

    release_id: str
    changes: tuple[Change, ...]
    models: int
    comparison: Comparison

    @property
    def files(self) -> tuple[str, ...]:
        """The definition files that differ."""
        return tuple(dict.fromkeys(f"{change.seed}.csv" for change in self.changes))


def simulate(company: Company, definitions: Path, *, progress: Progress = lambda _: None) -> Simulation:
    """Build what other definitions touch in a scratch company, and compare it with what is published.

    Parameters:
        company: as it was last published.
        definitions: a folder with the files that are to be otherwise; the rest comes from the company.

    Raises:
        BadInput: the definitions are wrong; or nothing is published, or the company has changed since.
        ChecksFailed: the models cannot be built under these definitions.
    """
    with scratch_folder() as folder:
        merged = folder / "definitions"
        sources = merge_definitions(company, definitions, merged)
        progress("checking the definitions")
        settings = company.settings.model_copy(update={"definitions": merged})
        faults = find_faults(Company(company.folder, settings, company.vars))
        refuse([replace(f, file=str(sources.get(Path(f.file), f.file))) for f in faults], definitions)
        state = read_state(company)
        _refuse_other_settings(company, state)
        today = (company.vars.as_of or dt.datetime.now(dt.UTC)).date()
        changes = tuple(diff(state.definitions, merged, today))
        progress("copying the warehouse")
        with scratch_company(company, merged) as scratch:
            return _build_and_compare(scratch, state, changes, progress)


def _build_and_compare(
    scratch: Company, state: PublishedState, changes: tuple[Change, ...], progress: Progress
) -> Simulation:
    project = Project(scratch, state.folder, progress)
    modified = {id_.split(".")[2] for id_ in project.select("state:modified") if not _is_check(id_)}
    files = {file.stem for file in scratch.definitions.glob("*.csv")}
    _refuse_other_models([*sorted(modified - files), *untraced_macros(state.manifest, project.manifest)])
    models = 0
    if modified:
        result, _ = project.build([f"{seed}+" for seed in sorted(modified)])
        _refuse_failed(result)
        models = result.models
    progress("comparing")
    nodes = published_nodes(project.manifest)
    figures = compare(state.release / "kpi.duckdb", scratch.warehouse, nodes)
    return Simulation(state.release.name, changes, models, figures)


def _is_check(unique_id: str) -> bool:
    return unique_id.startswith(("test.", "unit_test."))


def _refuse_other_models(names: list[str]) -> None:
    if names:
        raise BadInput(
            f"{names[0]}: expected the models as they were published, found {len(names)} changed, so that "
            f"not only the definitions would differ. Run `leitstand run`, or see with `leitstand ci` what "
            f"they change."
        )


def _refuse_other_settings(company: Company, state: PublishedState) -> None:
    now = company.vars.model_dump(mode="json")
    for name, value in now.items():
        published = state.variables.get(name)
        if value != published:
            raise BadInput(
                f"{company.folder / 'vars.yml'}, key {name!r}: expected {published!r} as it was published, "
                f"found {value!r}. Run `leitstand run`, then this command again."
            )


def _refuse_failed(result: BuildResult) -> None:
    if result.failed:
        reasons = "\n".join(f"  {node.kind} {node.name}: {node.message}" for node in result.failed)
        raise ChecksFailed(f"{len(result.failed)} models cannot be built under these definitions:\n{reasons}")
