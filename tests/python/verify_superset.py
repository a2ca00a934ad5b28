"""Apache Superset for real, from nothing to a new release: `make verify-superset`.

A Superset of its own is started on loopback and filled from a copy of the demo. Every chart is asked for its
data, which is compared with the answers of MetricFlow to the same questions over the release (`leitstand
query`), the bridge with the core facts; then the copy publishes again, and all charts are compared again,
without a word to Superset.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import pytest
import requests

from bi.answers import Rows, compared, differing, expected
from bi.server import Server, serve
from leitstand.bi.assets import assets_of
from leitstand.bi.release import read_release
from leitstand.bi.superset import Superset, superset
from leitstand.config import PROJECT_ROOT, load_company
from leitstand.errors import LeitstandError
from leitstand.metrics.source import MANIFEST
from running import Outcome, in_a_process, leitstand

KINDS = ("database", "dataset", "chart", "dashboard")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo, with its exports, its warehouse and its release."""
    folder = tmp_path_factory.mktemp("superset") / "demo"
    for name in ("mappings", "exports", "warehouse", "releases", "seeds/definitions"):
        shutil.copytree(PROJECT_ROOT / name, folder / name, symlinks=True)
    for name in ("leitstand.yml", "vars.yml"):
        shutil.copy(PROJECT_ROOT / name, folder / name)
    target = load_company(folder).target
    target.mkdir(exist_ok=True)
    shutil.copy(PROJECT_ROOT / "target" / MANIFEST, target)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = Path(os.environ["SUPERSET_ENVIRONMENT"])
    with serve(environment, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def made(company: Path, server: Server) -> Any:
    """What the command says that it made."""
    return call(company, server).json


@pytest.fixture
def session(server: Server, made: Any) -> Iterator[Superset]:
    """A session of the test's own: Superset ends one after a quarter of an hour."""
    with superset(server.url, server.user, server.password) as opened:
        yield opened


def call(company: Path, server: Server, password: str | None = None) -> Outcome:
    """Call the command as a user does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUPERSET_USER", server.user)
        patch.setenv("SUPERSET_PASSWORD", password or server.password)
        return leitstand("bi", "superset", "--url", server.url, "-c", str(company), "--json")


def counts(session: Superset) -> dict[str, int]:
    return {kind: session.get(f"/api/v1/{kind}/")["count"] for kind in KINDS}


def charts(session: Superset) -> dict[str, Any]:
    found = session.get("/api/v1/chart/?q=(page_size:100)")["result"]
    return {chart["slice_name"]: chart for chart in found}


def shown(session: Superset) -> dict[str, Rows]:
    """The rows of every chart, as Superset gives them."""
    rows = {}
    for title, chart in charts(session).items():
        (answer,) = session.get(f"/api/v1/chart/{chart['id']}/data/?force=true")["result"]
        assert answer["error"] is None and answer["status"] == "success", (title, answer["error"])
        rows[title] = compared(
            [
                dt.datetime.fromtimestamp(value / 1000, dt.UTC) if kind == 2 and value else value
                for value, kind in zip(row.values(), answer["coltypes"], strict=True)
            ]
            for row in answer["data"]
        )
    return rows


def release_id(company: Path) -> str:
    return (company / "releases" / "current").resolve().name


def test_everything_is_made(company: Path, session: Superset, made: Any) -> None:
    assert counts(session) == {"database": 1, "dataset": made["datasets"], "chart": 23, "dashboard": 3}
    assert made["datasets"] > 20 and set(charts(session)) == set(expected(company))
    for address in made["dashboards"].values():
        key = address.rstrip("/").rsplit("/", 1)[1]
        assert len(session.get(f"/api/v1/dashboard/{key}/charts")["result"]) >= 7


def test_every_chart_shows_what_the_metrics_say(company: Path, session: Superset) -> None:
    was, wanted = shown(session), expected(company)
    for title, rows in wanted.items():
        assert rows and not differing(was[title], rows), title
    total = sum(rows.total() for rows in wanted.values())
    print(f"\n{len(wanted)} charts, {total:,} rows: as the metrics say", flush=True)


def test_a_second_call_changes_nothing(company: Path, server: Server, session: Superset, made: Any) -> None:
    before, first = counts(session), charts(session)
    assert call(company, server).json == made
    assert counts(session) == before
    for title, chart in charts(session).items():
        assert all(chart[part] == first[title][part] for part in ("id", "params", "datasource_id")), title


def test_what_is_no_longer_made_is_named(company: Path, server: Server, session: Superset, made: Any) -> None:
    """A chart and a dataset as an earlier version made them; a chart that a person saved is none of them."""
    file = company / "releases" / "current" / "kpi.duckdb"
    assets = assets_of(read_release(file), PurePosixPath(file), "de")
    dataset, chart = next(iter(assets.datasets.values())), next(iter(assets.charts.values()))
    old_dataset = dataset | {"uuid": str(uuid4()), "table_name": "kpi_of_old"}
    old_chart = chart | {"uuid": str(uuid4()), "slice_name": "Of old", "dataset_uuid": old_dataset["uuid"]}
    own_chart = chart | {"uuid": str(uuid4()), "slice_name": "My own", "is_managed_externally": False}
    earlier = replace(
        assets,
        datasets=assets.datasets | {old_dataset["uuid"]: old_dataset},
        charts=assets.charts | {new["uuid"]: new for new in (old_chart, own_chart)},
    )
    bundle = {"bundle": ("earlier.zip", earlier.zipped(), "application/zip")}
    session.post("/api/v1/assets/import/", files=bundle, data={"passwords": "{}"})

    found = call(company, server).json["left_over"]
    assert [(old["kind"], old["name"]) for old in found] == [("chart", "Of old"), ("dataset", "kpi_of_old")]
    for old in found:
        assert requests.get(old["address"], timeout=60).ok
    for kind, name in (("chart", "Of old"), ("chart", "My own"), ("dataset", "kpi_of_old")):
        column = "slice_name" if kind == "chart" else "table_name"
        (one,) = session.get(f"/api/v1/{kind}/?q=(filters:!((col:{column},opr:eq,value:'{name}')))")["ids"]
        session._call("DELETE", f"/api/v1/{kind}/{one}")
    assert call(company, server).json == made


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table kpi.kpi.mine as select 1", "not allow|read-only|DML|DDL"),
        ("delete from kpi.kpi.kpi_scorecard", "not allow|read-only|DML|DDL"),
        ("select * from read_csv('/etc/hosts')", "disabled by configuration"),
    ],
)
def test_nothing_can_be_written_and_no_other_file_read(session: Superset, sql: str, message: str) -> None:
    database = session.get("/api/v1/database/")["result"][0]["id"]
    with pytest.raises(LeitstandError, match=message):
        session.post("/api/v1/sqllab/execute/", json={"database_id": database, "sql": sql})


def test_wrong_password_is_one_message(company: Path, server: Server) -> None:
    refused = call(company, server, "wrong")
    assert refused.code == 2
    assert "SUPERSET_USER and SUPERSET_PASSWORD" in json.loads(refused.out)["error"]


def test_new_release_is_seen_without_a_word(
    company: Path, server: Server, session: Superset, made: Any
) -> None:
    before, first = shown(session), release_id(company)
    variables = company / "vars.yml"
    text = variables.read_text()
    assert text.count("2026-07-01 04:00:00") == 1
    variables.write_text(text.replace("2026-07-01 04:00:00", "2026-08-01 04:00:00"))
    assert in_a_process("run", "--json", "-c", str(company), seconds=3600).json["release"] != first

    with superset(server.url, server.user, server.password) as later:
        after, wanted = shown(later), expected(company)
        for title, rows in wanted.items():
            assert not differing(after[title], rows), title
        changed = [title for title in after if after[title] != before[title]]
        assert {"Was dies ist: Veröffentlichung und Stand der Daten", "Erreichte Stufen"} <= set(changed)
        print(f"\n{release_id(company)} after {first}: {len(changed)} charts show other figures", flush=True)

        assert call(company, server).json == made
        assert counts(later) == {"database": 1, "dataset": made["datasets"], "chart": 23, "dashboard": 3}
