"""What is made in Superset: complete, the same every time, and true to the contract."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePosixPath
from typing import Any

import duckdb
import pytest
import yaml

from bi.contract import release_of_contract
from leitstand.bi.assets import Assets, assets_of
from leitstand.bi.charts import Chart, Expression
from leitstand.bi.dashboards import dashboards, texts_of
from leitstand.bi.metrics import metrics_of
from leitstand.bi.release import read_release
from leitstand.config import PROJECT_ROOT
from running import Company

FILE = PurePosixPath("/srv/releases/current/kpi.duckdb")
RELEASE = release_of_contract()
BOARDS = dashboards(RELEASE.kpis, "en")


@pytest.fixture(scope="module")
def assets() -> Assets:
    return assets_of(RELEASE, FILE, "en")


def test_the_same_release_makes_the_same_bytes(assets: Assets) -> None:
    assert assets.zipped() == assets_of(release_of_contract(), FILE, "en").zipped()


def test_another_language_makes_the_same_objects_with_other_titles(assets: Assets) -> None:
    german = assets_of(RELEASE, FILE, "de")
    titles = {}
    for kind, title in (("charts", "slice_name"), ("dashboards", "dashboard_title")):
        english, other = getattr(assets, kind), getattr(german, kind)
        assert english.keys() == other.keys()
        titles |= {english[key][title]: other[key][title] for key in english}
    assert [english for english, other in titles.items() if english == other] == []
    assert titles["New pipeline by origin"] == "Neue Pipeline nach Herkunft"
    assert titles["Muster GmbH: Executive"] == "Muster GmbH: Geschäftsführung"
    (latest,) = (c for c in german.charts.values() if c["slice_name"].startswith("Kennzahlen des"))
    assert latest["params"]["groupby"] == ["label_de", "unit"]
    assert [metric["label"] for metric in latest["params"]["metrics"]][:2] == ["Monat", "Wert"]


def test_languages_have_the_same_keys() -> None:
    def keys(texts: Any, path: str = "") -> set[str]:
        if not isinstance(texts, dict):
            return {path}
        return set().union(*(keys(text, f"{path}.{key}") for key, text in texts.items()))

    assert keys(texts_of("de")) == keys(texts_of("en"))


def test_another_company_makes_other_objects(assets: Assets) -> None:
    other = assets_of(release_of_contract("Andere AG"), FILE, "en")
    for kind in ("datasets", "charts", "dashboards"):
        assert not set(getattr(assets, kind)) & set(getattr(other, kind))


def test_database_is_read_only_and_sees_no_other_file(assets: Assets) -> None:
    arguments = assets.database["extra"]["engine_params"]["connect_args"]
    assert arguments == {"read_only": True, "config": {"enable_external_access": False}}
    assert not any(assets.database[f"allow_{what}"] for what in ("dml", "ctas", "cvas", "csv_upload"))
    assert assets.database["sqlalchemy_uri"] == "duckdb:////srv/releases/current/kpi.duckdb"


def test_bundle_is_whole(assets: Assets) -> None:
    """Each dataset names the database, each chart a dataset, each place on a dashboard a chart."""
    with zipfile.ZipFile(io.BytesIO(assets.zipped())) as bundle:
        files: dict[str, Any] = {name: json.loads(bundle.read(name)) for name in bundle.namelist()}
    kinds = {
        kind: {c["uuid"]: c for n, c in files.items() if f"/{kind}/" in n}
        for kind in ("databases", "datasets", "charts", "dashboards")
    }
    assert {len(kinds["databases"]), len(kinds["dashboards"])} == {1, 3}
    assert len(kinds["datasets"]) == len(RELEASE.tables)
    assert {c["database_uuid"] for c in kinds["datasets"].values()} == set(kinds["databases"])
    assert {c["dataset_uuid"] for c in kinds["charts"].values()} <= set(kinds["datasets"])
    placed = [
        place["meta"]["uuid"]
        for board in kinds["dashboards"].values()
        for place in board["position"].values()
        if isinstance(place, dict) and place["type"] == "CHART"
    ]
    assert sorted(placed) == sorted(kinds["charts"])


@pytest.mark.parametrize("chart", [c for board in BOARDS for c in board.charts], ids=lambda c: c.key)
def test_chart_asks_for_what_the_contract_has(assets: Assets, chart: Chart) -> None:
    """Columns and metrics exist, and what the picture asks is what its data gives."""
    table = RELEASE.table(chart.table)
    columns = {column.name for column in table.columns}
    assert {*chart.by, *chart.where, *chart.columns, *([chart.x] if chart.x else [])} <= columns
    named = {metric for metric in chart.metrics if not isinstance(metric, Expression)}
    assert named <= {metric.name for metric in metrics_of(table)}
    content = next(c for c in assets.charts.values() if c["slice_name"] == chart.title)
    (query,) = json.loads(content["query_context"])["queries"]
    filtered = {f["subject"] for f in content["params"]["adhoc_filters"] if f["operator"] != "TEMPORAL_RANGE"}
    assert filtered == {f["col"] for f in query["filters"]} == set(chart.where)


def test_every_ratio_of_sums_names_its_parts() -> None:
    """All but the coverage, whose plan does not add up over segments."""
    without = {
        (table.name, column.name)
        for table in RELEASE.tables
        for column in table.columns
        if column.role == "ratio" and not column.numerator
    }
    assert without == {("kpi_pipeline_velocity", "coverage")}


def test_rows_of_a_dashboard_are_full() -> None:
    for board in BOARDS:
        assert [sum(width for _, width in row) for row in board.rows] == [12] * len(board.rows)


def test_without_visitors_the_rate_begins_at_the_inquiry() -> None:
    charts = dashboards(frozenset({"inquiry_to_sal_rate"}), "en")[0].charts
    assert "Conversion inquiry to SAL" in [chart.title for chart in charts]


def test_exposures_name_what_the_dashboards_read() -> None:
    page = yaml.safe_load((PROJECT_ROOT / "models" / "semantic" / "exposures.yml").read_text())
    exposures = {exposure["name"]: exposure for exposure in page["exposures"]}
    assert all(exposure["owner"]["name"] for exposure in exposures.values())
    for board in BOARDS:
        read = {f"ref('{chart.table}')" for chart in board.charts if chart.table != "release"}
        assert set(exposures[f"superset_{board.key}"]["depends_on"]) == read


def test_metrics_of_the_demo_equal_its_facts(demo: Company) -> None:
    """Every metric of every table runs on the release; a sum and a ratio equal what the facts say."""
    file = demo.folder / "releases" / "current" / "kpi.duckdb"
    release = read_release(file)
    marts = {table.name for table in release.tables if table.schema != "metrics"}
    assert marts == {table.name for table in RELEASE.tables} | {"kpi_restatement"}
    found: dict[str, Any] = {}
    with duckdb.connect(str(file), read_only=True) as db:
        for table in release.tables:
            assert all(column.comment for column in table.columns), table.name
            for metric in metrics_of(table):
                sql = f"select {metric.expression} from kpi.{table.schema}.{table.name}"
                found[f"{table.name}.{metric.name}"] = db.execute(sql).fetchall()[0][0]
    ((opportunities, win_rate),) = demo.rows(
        "select count(*), count(*) filter (is_won) / count(*) filter (is_won or is_lost) "
        "from core.fct_opportunity where is_new_pipeline"
    )
    assert found["kpi_pipeline_contribution.sum__opportunities"] == opportunities
    assert found["kpi_pipeline_velocity.ratio__win_rate"] == pytest.approx(win_rate)
    # conversions of all models, and the stock of all months, are no figures
    assert found["kpi_attribution.sum__credited_amount"] is None
    assert found["kpi_pipeline_velocity.sum__open_pipeline_amount"] is None
