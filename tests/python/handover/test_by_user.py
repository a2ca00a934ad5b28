"""Figures about single people: absent unless switched on. `verify_by_user.py` switches them on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from running import Company

SINGLE_PEOPLE = (
    "select table_name from information_schema.tables "
    "where table_name like '%user%' and table_schema in ('core', 'kpi')"
)


def test_there_are_none_by_default(demo: Company) -> None:
    assert demo.rows(SINGLE_PEOPLE) == []


# one seed, from what the demo has parsed: parsing anew takes most of a small build
RUN = """
import sys
from pathlib import Path
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

manifest = Manifest.from_msgpack(Path("target/partial_parse.msgpack").read_bytes())
arguments = ["build", "--select", "channels", "--exclude-resource-type", "test", "--log-level", "none"]
sys.exit(not dbtRunner(manifest=manifest).invoke([*arguments, *sys.argv[1:]]).success)
"""


def test_what_was_built_goes_with_the_consent(demo: Company, tmp_path: Path) -> None:
    """Figures about single people that a build made while they were allowed; the next one drops them."""
    warehouse = tmp_path / "leitstand.duckdb"
    with duckdb.connect(str(warehouse)) as db:
        db.execute("create schema core; create schema kpi")
        for table in ("core.bridge_handover_user", "kpi.kpi_handover_by_user", "core.dim_team"):
            db.execute(f"create table {table} as select 1 as handovers")
    done = subprocess.run(
        [sys.executable, "-c", RUN, "--target-path", str(tmp_path / "target")],
        cwd=demo.folder,
        env={**os.environ, "LEITSTAND_WAREHOUSE": str(warehouse)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(warehouse), read_only=True) as db:
        assert db.sql(
            "select table_name from duckdb_tables() where schema_name in ('core', 'kpi')"
        ).fetchall() == [("dim_team",)]
