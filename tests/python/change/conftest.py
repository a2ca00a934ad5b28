"""A company with a warehouse of one published table, and its release: enough to measure a change against."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from change.manifests import manifest, model
from leitstand.change.state import keep_state
from leitstand.config import PROJECT_ROOT, Company, load_company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with a warehouse of one published table, and its release."""
    demo = load_company(PROJECT_ROOT)
    folder = tmp_path / "acme"
    shutil.copytree(demo.definitions, folder / "definitions")
    settings = demo.settings.model_copy(update={"definitions": Path("definitions")})
    made = Company(folder, settings, demo.vars)
    made.warehouse.parent.mkdir()
    release = folder / "releases" / "r1"
    release.mkdir(parents=True)
    for file, catalogue in ((made.warehouse, ""), (release / "kpi.duckdb", "kpi.")):
        with duckdb.connect(str(file)) as db:
            db.execute(f"create schema {catalogue}kpi")
            db.execute(f"create table {catalogue}kpi.kpi_x as select 1 as a, null::varchar as b")
            schema = "meta" if catalogue else "landing"
            db.execute(f"create schema {schema}")
            name = "data_state" if catalogue else "files"
            db.execute(
                f"create table {schema}.{name} as select 'crm' as connection, 'persons' as entity, "
                "3::bigint as rows_read, 2::bigint as rows_landed, 1::bigint as rows_quarantined, "
                f"timestamp '2026-01-01' as {'last_loaded_at' if catalogue else 'loaded_at'}"
            )
    (folder / "releases" / "current").symlink_to("r1")
    return made


@pytest.fixture
def kept(company: Company, tmp_path: Path) -> Company:
    """The same once its state is kept."""
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest(model("kpi_x", ["a"]))))
    keep_state(company, "r1", file)
    return company
