"""Figures about single people: absent unless switched on. `verify_by_user.py` switches them on."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from leitstand.build import call_dbt
from leitstand.config import load_company
from parsed import parsed
from running import Company

SINGLE_PEOPLE = (
    "select table_name from information_schema.tables "
    "where table_name like '%user%' and table_schema in ('core', 'kpi')"
)


def test_there_are_none_by_default(demo: Company) -> None:
    assert demo.rows(SINGLE_PEOPLE) == []


def test_what_was_built_goes_with_the_consent(demo: Company, tmp_path: Path) -> None:
    """Figures about single people that a build made while they were allowed; the next one drops them."""
    for name in ("leitstand.yml", "vars.yml"):
        shutil.copy(demo.folder / name, tmp_path / name)
    company = load_company(tmp_path)
    company.warehouse.parent.mkdir()
    with duckdb.connect(str(company.warehouse)) as db:
        db.execute("create schema core; create schema kpi")
        for table in ("core.bridge_handover_user", "kpi.kpi_handover_by_user", "core.dim_team"):
            db.execute(f"create table {table} as select 1 as handovers")
    one_seed = ("build", "--select", "channels", "--exclude-resource-type", "test")
    done = call_dbt(company, *one_seed, manifest=parsed(load_company(demo.folder)))
    assert {result.status for result in done.results} == {"success"}
    with duckdb.connect(str(company.warehouse), read_only=True) as db:
        assert db.sql(
            "select table_name from duckdb_tables() where schema_name in ('core', 'kpi')"
        ).fetchall() == [("dim_team",)]
