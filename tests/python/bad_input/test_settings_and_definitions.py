"""Settings and definitions that are wrong: the run stops, says why, and the last good release stays."""

from __future__ import annotations

from pathlib import Path

from running import KEY, Company, leitstand


def test_a_target_for_an_unknown_kpi_stops_the_publication(
    own_company: Company, changed_company: Path
) -> None:
    with (changed_company / "definitions" / "kpi_targets.csv").open("a") as targets:
        targets.write("cost_per_smile,company,company,2026-01-01,1,Management,2020-01-01,\n")
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 3
    message = " ".join(outcome.err.split())
    assert "nothing is published" in message
    assert "Each kpi in kpi_targets.csv must stand in kpis.csv" in message
    assert "cost_per_smile" in message
    assert (changed_company / "releases" / "current").resolve().name == own_company.run["release"]


def test_as_of_before_the_first_load(own_company: Company, changed_company: Path) -> None:
    settings = changed_company / "vars.yml"
    settings.write_text(settings.read_text().replace("vars:\n", 'vars:\n  as_of: "2020-01-01 00:00:00"\n'))
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    assert "expected as_of at or after the first load" in " ".join(outcome.err.split())


def test_a_real_company_needs_a_key(own_company: Company) -> None:
    outcome = leitstand("build", "-c", str(own_company.folder))
    assert outcome.code == 2
    assert "LEITSTAND_KEY" in outcome.err and "openssl rand -hex 32" in outcome.err
    other = leitstand("build", "-c", str(own_company.folder), key=KEY[::-1])
    assert other.code == 2
    assert "Every pseudonym would change" in " ".join(other.err.split())
