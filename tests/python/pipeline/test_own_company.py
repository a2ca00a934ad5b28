"""A new company, from `leitstand init` to its first figures, and what stops it on the way."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from running import KEY, Company, leitstand


def test_first_figures(own_company: Company) -> None:
    """Two records of one address are one lead; two became MQLs, one was accepted."""
    assert own_company.published(
        "select sum(entered), sum(converted) from kpi.kpi.kpi_funnel_conversion "
        "where basis = 'to_date' and from_stage = 'mql' and to_stage = 'sal'"
    ) == [(2, 1)]
    assert own_company.published(
        "select sum(inquiries) from kpi.kpi.kpi_cost_per_qualified_lead "
        "where basis = 'period' and cost_scope = 'media'"
    ) == [(2.0,)]


def test_the_key_stands_in_no_file_but_the_warehouse(own_company: Company) -> None:
    blocks = own_company.rows("select inner_block, outer_block from keyring.key_blocks")[0]
    needles = [KEY.encode(), *(block.encode() for block in blocks)]
    for path in own_company.folder.rglob("*"):
        if path.is_file() and path.suffix not in (".duckdb", ".wal"):
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path
    assert not any(needle in Path(own_company.run["file"]).read_bytes() for needle in needles)


def test_what_names_people_is_closed_to_others_and_published_nowhere(own_company: Company) -> None:
    """Loads, warehouse and compiled SQL are their owner's; a release is for everyone, and names nobody."""
    warehouse, releases = own_company.folder / "warehouse", own_company.folder / "releases"
    private = [path for path in (warehouse / "lake").rglob("*") if path.is_file()]
    private += [path for path in (warehouse / "target" / "run").rglob("*") if path.is_file()]
    private += [warehouse / "leitstand.duckdb", warehouse / "target" / "manifest.json"]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
    assert {path.suffix for path in private} >= {".duckdb", ".parquet", ".sql", ".json"}
    lineage = [path for path in releases.glob("ledger/*/lineage/*") if path.is_file()]
    assert lineage and {path.stat().st_mode & 0o777 for path in lineage} == {0o600}
    published = [path for path in releases.rglob("*") if path.is_file() and path not in lineage]
    assert all(path.stat().st_mode & 0o044 for path in published)
    assert b"anna@firma.example" in (own_company.folder / "files" / "crm" / "leads.csv").read_bytes()
    assert not [path for path in published if b"anna@firma.example" in path.read_bytes().lower()]


def test_doctor_says_what_to_mend(own_company: Company, changed_company: Path) -> None:
    well = leitstand("doctor", "-c", str(own_company.folder), "--json", key=KEY)
    assert well.code == 0 and all(finding["is_well"] for finding in well.json)
    (changed_company / "files" / "crm" / "leads.csv").unlink()
    (changed_company / "definitions" / "channels.csv").unlink()
    ill = leitstand("doctor", "-c", str(changed_company))
    assert ill.code == 2
    for words in ("leads*.csv", "channels.csv", "LEITSTAND_KEY"):
        assert words in ill.out


def test_init_leaves_a_company_alone(own_company: Company) -> None:
    outcome = leitstand("init", str(own_company.folder))
    assert outcome.code == 2
    assert "expected a folder without a company" in " ".join(outcome.err.split())


def test_publish_wants_the_whole_build_with_its_checks(changed_company: Path) -> None:
    """Results without the checks, and a build of fewer loads than have landed, are both refused."""
    results = changed_company / "warehouse" / "target" / "run_results.json"
    whole = results.read_text()
    part = json.loads(whole)
    part["results"] = [r for r in part["results"] if not r["unique_id"].startswith("test.")]
    results.write_text(json.dumps(part))
    without_checks = leitstand("publish", "-c", str(changed_company))
    assert without_checks.code == 2
    assert "expected the results of a whole build with all its checks" in " ".join(without_checks.err.split())
    results.write_text(whole)
    with (changed_company / "files" / "crm" / "leads.csv").open("a") as leads:
        leads.write("4,2026-01-08 10:00:00,cora@haus.example,website\n")
    assert leitstand("land", "-c", str(changed_company)).code == 0
    stale = leitstand("publish", "-c", str(changed_company))
    assert stale.code == 2
    assert "up to load 2, found one up to load 1" in " ".join(stale.err.split())


def test_a_changed_state_of_the_data_is_a_new_release(own_company: Company, changed_company: Path) -> None:
    """The same figures, and one row more in quarantine: the release says so, and is another one."""
    with duckdb.connect(str(changed_company / "warehouse" / "leitstand.duckdb")) as warehouse:
        warehouse.execute(
            "update landing.files set rows_read = rows_read + 1, rows_quarantined = 1 "
            "where entity = 'persons'"
        )
    release = leitstand("publish", "--json", "-c", str(changed_company), key=KEY).json
    assert release["release_id"] != own_company.run["release"]
    changed = Company(changed_company, {"file": release["file"]})
    assert changed.published("select sum(rows_quarantined) from meta.data_state") == [(1,)]


def test_a_rebuilt_warehouse_keeps_the_key(changed_company: Path) -> None:
    assert leitstand("rebuild", "-c", str(changed_company)).code == 0
    other = leitstand("build", "-c", str(changed_company), key=KEY[::-1])
    assert other.code == 2
    assert "Every pseudonym would change" in " ".join(other.err.split())
