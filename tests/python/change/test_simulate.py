"""What stops a simulation before anything is copied or built."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from leitstand.change import simulate
from leitstand.change.simulation import Simulation
from leitstand.config import Company
from leitstand.errors import BadInput

RULES = "qualification_rules.csv"


@pytest.fixture
def no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a copy nor a build may begin."""

    def begun(*_: object) -> None:
        raise AssertionError("something was built")

    monkeypatch.setattr("leitstand.change.simulation.scratch_company", begun)


def proposal(company: Company, folder: Path, old: str, new: str) -> Path:
    text = (company.definitions / RULES).read_text()
    assert text.count(old) == 1
    folder.mkdir()
    (folder / RULES).write_text(text.replace(old, new))
    return folder


def run(company: Company, folder: Path) -> Simulation:
    return simulate(company, folder)


def test_wrong_definitions_are_named_as_their_owner_knows_them(
    kept: Company, tmp_path: Path, no_build: None
) -> None:
    folder = proposal(kept, tmp_path / "other", "engagement_score,>=,9,2", "engagement_score,>=,many,2")
    with pytest.raises(BadInput) as stopped:
        run(kept, folder)
    # the header stands on line 1, the second rule of version 2 on line 5
    assert str(stopped.value).startswith(f"{folder / RULES}, line 5")
    assert "many" in str(stopped.value)


def test_without_a_publication_there_is_nothing_to_compare_with(
    company: Company, tmp_path: Path, no_build: None
) -> None:
    folder = proposal(company, tmp_path / "other", "engagement_score,>=,9,2", "engagement_score,>=,12,2")
    with pytest.raises(BadInput, match="Run `leitstand run`"):
        run(company, folder)


def test_other_settings_than_published_are_refused(kept: Company, tmp_path: Path, no_build: None) -> None:
    folder = proposal(kept, tmp_path / "other", "engagement_score,>=,9,2", "engagement_score,>=,12,2")
    other = dataclasses.replace(kept, vars=kept.vars.model_copy(update={"reporting_currency": "CHF"}))
    with pytest.raises(BadInput, match=r"key 'reporting_currency': expected 'EUR' .* found 'CHF'"):
        run(other, folder)
