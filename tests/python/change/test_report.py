"""What a change touches, as the manifests of before and after say it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from change.manifests import Node, column, manifest, model, singular_test
from leitstand.change import ci
from leitstand.change.figures import Comparison
from leitstand.change.state import PublishedState
from leitstand.config import Company

KPI_A = model("kpi_a", ["month"], column("month", "date"))
KPI_B = model("kpi_b", ["month"], column("month", "date"))
STEP, OLD, NEW = (model(name, [], published=False) for name in ("step", "old_step", "new_step"))
CHILDREN = {
    "model.leitstand.step": ["model.leitstand.kpi_a", "test.leitstand.adds_up"],
    "model.leitstand.kpi_a": ["test.leitstand.adds_up"],
}


def with_children(content: Node) -> Node:
    return content | {"child_map": CHILDREN}


@pytest.fixture
def release(kept: Company) -> Path:
    return kept.releases / "r1"


BEFORE = with_children(manifest(STEP, OLD, KPI_A, KPI_B, singular_test("adds_up", "select 1")))
AFTER = with_children(manifest(STEP, NEW, KPI_A, KPI_B, singular_test("adds_up", "select 1")))


def report(release: Path, outcome: ci._Outcome, reasons: tuple[str, ...] = ()) -> ci.ChangeReport:
    state = PublishedState(Path("state"), release, BEFORE, {})
    modified = ["model.leitstand.new_step", "model.leitstand.step"]
    return ci._report(state, AFTER, modified, reasons, outcome, [], Comparison((), ()))


def test_what_is_made_of_a_changed_model_is_touched(release: Path) -> None:
    built = frozenset({"model.leitstand.step", "model.leitstand.new_step", "model.leitstand.kpi_a"})
    found = report(release, ci._Outcome(checks=("pass", "skipped", "fail"), built=built))
    assert (found.added, found.changed, found.removed) == (("new_step",), ("step",), ("old_step",))
    # the two that differ and the mart of one of them; the other mart is not
    assert found.touched == 3 and found.not_built == ()
    assert (found.checks_passed, found.checks_skipped, found.checks_total) == (1, 1, 3)


def test_a_published_table_that_could_not_be_built_is_named(release: Path) -> None:
    assert report(release, ci._Outcome(built=frozenset({"model.leitstand.new_step"}))).not_built == ("kpi_a",)


def test_everything_is_touched_where_dbt_cannot_tell_what(release: Path) -> None:
    found = report(release, ci._Outcome(), ("setting as_of",))
    assert found.touched == 4 and found.not_built == ("kpi_a", "kpi_b")


@pytest.mark.parametrize("changed", [{}, {"reporting_currency": "CHF"}])
def test_a_changed_setting_builds_everything(kept: Company, changed: dict[str, str]) -> None:
    state = PublishedState(Path("state"), Path("r1"), BEFORE, kept.vars.model_dump(mode="json"))
    other = dataclasses.replace(kept, vars=kept.vars.model_copy(update=changed))
    assert ci._everything_because(other, state, AFTER) == tuple(f"setting {name}" for name in changed)
