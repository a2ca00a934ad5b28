"""The gate of the built-in company: open, and every check says what hangs on it."""

from __future__ import annotations

import json
from pathlib import Path

from leitstand.config import PROJECT_ROOT
from leitstand.gate.border.suite import load_suites
from running import Company


def test_the_release_carries_what_the_gate_found(demo: Company) -> None:
    folder = Path(demo.run["file"]).parent / "gate"
    found = json.loads((folder / "gate.json").read_text(encoding="utf-8"))
    assert found["is_open"] and found["weakened"] is None
    assert found["counts"]["passed"] == demo.run["checks_passed"]
    checks = {check["name"]: check for check in found["checks"]}
    connections = {name for (name,) in demo.rows("select distinct connection from landing.files")}
    assert len(connections) == 9
    for suite in load_suites():
        names = {f"{suite.name}.{name}" for name in connections} if suite.kind == "landed" else {suite.name}
        assert names <= set(checks), suite.name
        assert all(checks[name]["marts"] for name in names), suite.name
    # one load so far: what needs a history says so, what does not is judged
    assert checks["landed_volume.crm"]["message"].startswith("no band yet: 0 loads")
    assert checks["landed_schema.crm"]["status"] == checks["landed_ranges.crm"]["status"] == "passed"
    assert (folder / "gate.xml").is_file() and (folder / "audit" / "index.html").is_file()
    assert demo.published("select count(*) from meta.weakened") == [(0,)]


def test_the_profile_of_a_load_stays_with_the_load(demo: Company) -> None:
    """Against counts of the raw table: rows, empty values, repeated keys."""
    profile = PROJECT_ROOT / "warehouse" / "lake" / "000001" / "profile-1.parquet"
    (told,) = demo.rows(
        f"select max(value) filter (measure = 'rows'), "
        f"max(value) filter (measure = 'null_share' and subject = 'email') "
        f"from read_parquet('{profile}') where connection = 'crm' and entity = 'persons'"
    )
    (counted,) = demo.rows("select count(*), 1 - count(email) / count(*) from raw_crm.persons")
    assert told[0] == counted[0] and abs(told[1] - counted[1]) < 1e-12
    (newest, loads) = demo.rows(
        f"select min(value), count(*) from read_parquet('{profile}') where measure = 'age_hours'"
    )[0]
    assert loads > 0 and newest >= 0
