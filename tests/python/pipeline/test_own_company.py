"""A new company, from `leitstand init` to its first figures, and what stops it on the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import KEY, Company, leitstand

LEADS = """id,created,email,source
1,2026-01-05 10:00:00,anna@firma.example,website
2,2026-01-06 10:00:00,ben@werk.example,newsletter
3,2026-01-07 10:00:00,Anna@Firma.example,website
"""
HISTORY = """lead_id,status,changed
1,MQL,2026-01-10 09:00:00
1,Accepted,2026-01-11 09:00:00
2,MQL,2026-01-12 09:00:00
"""
STAGES = """connection,subject,field,value,stage,exit_state,owner,valid_from,valid_to
crm,person,status,MQL,mql,,RevOps,2020-01-01,
crm,person,status,Accepted,sal,,RevOps,2020-01-01,
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company that has run once, with a key of its own."""
    folder = tmp_path_factory.mktemp("own") / "acme"
    made = leitstand("init", str(folder), "--json").json
    assert "definitions/stages.csv" in made["files"]
    (folder / "files" / "crm" / "leads.csv").write_text(LEADS)
    (folder / "files" / "crm" / "history.csv").write_text(HISTORY)
    (folder / "definitions" / "stage_mapping.csv").write_text(STAGES)
    return Company(folder, leitstand("run", "--json", "-c", str(folder), key=KEY).json)


def test_first_figures(company: Company) -> None:
    """Two records of one address are one lead; two became MQLs, one was accepted."""
    assert company.published(
        "select sum(entered), sum(converted) from kpi.kpi.kpi_funnel_conversion "
        "where basis = 'to_date' and from_stage = 'mql' and to_stage = 'sal'"
    ) == [(2, 1)]
    assert company.published(
        "select sum(inquiries) from kpi.kpi.kpi_cost_per_qualified_lead "
        "where basis = 'period' and cost_scope = 'media'"
    ) == [(2.0,)]


def test_a_real_company_needs_a_key(company: Company) -> None:
    outcome = leitstand("build", "-c", str(company.folder))
    assert outcome.code == 2
    assert "LEITSTAND_KEY" in outcome.err and "openssl rand -hex 32" in outcome.err
    other = leitstand("build", "-c", str(company.folder), key=KEY[::-1])
    assert other.code == 2
    assert "Every pseudonym would change" in " ".join(other.err.split())


def test_the_key_stands_in_no_file_but_the_warehouse(company: Company) -> None:
    blocks = company.rows("select inner_block, outer_block from keyring.key_blocks")[0]
    needles = [KEY.encode(), *(block.encode() for block in blocks)]
    for path in company.folder.rglob("*"):
        if path.is_file() and path.suffix not in (".duckdb", ".wal"):
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path
    assert not any(needle in Path(company.run["file"]).read_bytes() for needle in needles)


def test_a_target_for_an_unknown_kpi_stops_the_publication(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(company.folder, folder, symlinks=True)
    with (folder / "definitions" / "kpi_targets.csv").open("a") as targets:
        targets.write("cost_per_smile,company,company,2026-01-01,1,Management,2020-01-01,\n")
    outcome = leitstand("run", "-c", str(folder), key=KEY)
    assert outcome.code == 3
    message = " ".join(outcome.err.split())
    assert "nothing is published" in message
    assert "Each kpi in kpi_targets.csv must stand in kpis.csv" in message
    assert "cost_per_smile" in message
    assert (folder / "releases" / "current").resolve().name == company.run["release"]


def test_publish_refuses_what_the_gate_refused(company: Company, tmp_path: Path) -> None:
    """A failed build cannot be published by the second command either."""
    folder = tmp_path / "acme"
    shutil.copytree(company.folder, folder, symlinks=True)
    mapping = folder / "definitions" / "stage_windows.csv"
    mapping.write_text(mapping.read_text().replace("mql,sal,14,", "mql,sal,-14,"))
    assert leitstand("build", "-c", str(folder), key=KEY).code == 3
    refused = leitstand("publish", "-c", str(folder))
    assert refused.code == 3
    assert "window is positive" in refused.err
    assert len(list((folder / "releases").glob("20*"))) == 1


def test_as_of_before_the_first_load(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(company.folder, folder, symlinks=True)
    settings = folder / "vars.yml"
    settings.write_text(settings.read_text().replace("vars:\n", 'vars:\n  as_of: "2020-01-01 00:00:00"\n'))
    outcome = leitstand("run", "-c", str(folder), key=KEY)
    assert outcome.code == 2
    assert "expected as_of at or after the first load" in " ".join(outcome.err.split())


def test_doctor_says_what_to_mend(company: Company, tmp_path: Path) -> None:
    well = leitstand("doctor", "-c", str(company.folder), "--json", key=KEY)
    assert well.code == 0 and all(finding["is_well"] for finding in well.json)
    folder = tmp_path / "acme"
    shutil.copytree(company.folder, folder, symlinks=True)
    (folder / "files" / "crm" / "leads.csv").unlink()
    (folder / "definitions" / "channels.csv").unlink()
    ill = leitstand("doctor", "-c", str(folder))
    assert ill.code == 2
    for words in ("leads*.csv", "channels.csv", "LEITSTAND_KEY"):
        assert words in ill.out


def test_init_leaves_a_company_alone(company: Company) -> None:
    outcome = leitstand("init", str(company.folder))
    assert outcome.code == 2
    assert "expected a folder without a company" in " ".join(outcome.err.split())
