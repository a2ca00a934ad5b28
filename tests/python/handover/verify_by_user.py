"""Figures about single people, switched on: hand-overs that somebody owns. For `make verify-change`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from leitstand.config import PROJECT_ROOT
from running import Company

DBT = Path(sys.executable).with_name("dbt")


def build(warehouse: Path, *arguments: str) -> None:
    done = subprocess.run(
        [DBT, "build", "--log-level", "none", "--target-path", str(warehouse.parent / "target"), *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LEITSTAND_WAREHOUSE": str(warehouse)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_switched_on_they_hold_what_somebody_owns(demo: Company, tmp_path: Path) -> None:
    warehouse = tmp_path / "leitstand.duckdb"
    shutil.copy(demo.folder / "warehouse" / "leitstand.duckdb", warehouse)
    switched_on = ("--vars", "{enable_rep_level: true}")
    build(warehouse, *switched_on, "--select", "bridge_handover_user", "kpi_handover_by_user")
    with duckdb.connect(str(warehouse), read_only=True) as db:
        found = db.sql(
            "select sum(handovers), sum(sla_due), sum(sla_met), sum(silent), count(distinct user_id) "
            "from kpi.kpi_handover_by_user"
        ).fetchall()
        owned = db.sql(
            """
            select
                count(*), count(*) filter (is_sla_due), count(*) filter (is_sla_met),
                count(*) filter (handovers.decision = 'silent'),
                count(distinct (clocks.owner_connection, clocks.owner_id))
            from core.fct_handover as handovers
            join intermediate.int_handover__clocks as clocks using (lead_id, cycle_number)
            where handovers.verdict <> 'contradicted' and clocks.owner_id is not null
            """
        ).fetchall()
        assert found == owned
        assert db.sql(
            "select min(length(user_id)), max(length(user_id)) from core.bridge_handover_user"
        ).fetchall() == [(64, 64)]
