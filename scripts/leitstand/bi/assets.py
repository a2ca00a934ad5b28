"""All that is made in Superset, as the bundle of files that its interface for assets takes.

Every object has a UUID made of the company's name and its own, so that the same command makes the same
objects, and writes over what it made before.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from leitstand.bi.charts import Chart, Kind, query_context_of, settings_of
from leitstand.bi.dashboards import Dashboard, Texts, dashboards, texts_of
from leitstand.bi.metrics import label_of, metrics_of
from leitstand.bi.release import PublishedRelease, Table

_NAMESPACE = uuid.UUID("4b2c9a52-4f0c-5d0e-9a3c-6f3a2f6f2c11")
_VERSION = "1.0.0"
# what a change in Superset would lose with the next call cannot be changed there
_MANAGED = {"is_managed_externally": True, "version": _VERSION}

Object = dict[str, Any]


@dataclass(frozen=True)
class Assets:
    """What is made for one company: the database, and by UUID datasets, charts and dashboards."""

    database: Object
    datasets: dict[str, Object]
    charts: dict[str, Object]
    dashboards: dict[str, Object]

    def zipped(self) -> bytes:
        """The bundle; the same bytes for the same content."""
        files = {
            "metadata.yaml": {"version": _VERSION, "type": "assets"},
            "databases/leitstand.yaml": self.database,
        }
        for kind in ("datasets", "charts", "dashboards"):
            files |= {f"{kind}/{key}.yaml": content for key, content in getattr(self, kind).items()}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in files.items():
                # JSON is YAML, too, and written in a tenth of the time
                text = json.dumps(content, ensure_ascii=False)
                bundle.writestr(zipfile.ZipInfo(f"leitstand/{name}"), text.encode())
        return buffer.getvalue()


def assets_of(release: PublishedRelease, file: PurePosixPath, language: str) -> Assets:
    """Everything for a release whose file Superset's server finds at a path, with titles in a language."""
    database = _database(release, file)
    boards, texts = dashboards(release.kpis, language), texts_of(language)
    datasets = {table.name: _dataset(release, table, database["uuid"]) for table in release.tables}
    charts = [_chart(release, board, chart) for board in boards for chart in board.charts]
    return Assets(
        database,
        {dataset["uuid"]: dataset for dataset in datasets.values()},
        {chart["uuid"]: chart for chart in charts},
        {content["uuid"]: content for content in (_dashboard(release, board, texts) for board in boards)},
    )


def connection_of(release: PublishedRelease, file: PurePosixPath) -> Object:
    """How Superset connects: DuckDB's file, read-only, without any other file of its machine."""
    return {
        "database_name": f"Leitstand {release.company}",
        "sqlalchemy_uri": f"duckdb:///{file}",
        "extra": {
            "engine_params": {
                "connect_args": {"read_only": True, "config": {"enable_external_access": False}},
            },
        },
    }


def _uuid(release: PublishedRelease, *names: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join((release.company, *names))))


def _database(release: PublishedRelease, file: PurePosixPath) -> Object:
    return {
        **connection_of(release, file),
        # a new release is to be seen at once
        "cache_timeout": -1,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "uuid": _uuid(release, "database"),
        **_MANAGED,
    }


def _dataset(release: PublishedRelease, table: Table, database: str) -> Object:
    has_own_currency = any(column.name == "currency" for column in table.columns)
    currency = None if has_own_currency else {"symbol": release.currency, "symbolPosition": "suffix"}
    return {
        "table_name": table.name,
        "main_dttm_col": table.time_column,
        "description": table.comment,
        # the file is the catalogue, and a schema of it has the same name: only both together are clear
        "schema": f"kpi.{table.schema}",
        "sql": None,
        "params": None,
        "filter_select_enabled": True,
        "uuid": _uuid(release, "dataset", table.schema, table.name),
        "database_uuid": database,
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": label_of(column.name),
                "description": column.comment,
                "type": column.data_type,
                "is_dttm": column.is_temporal,
                "is_active": True,
                "groupby": not column.is_numeric or column.role == "dimension",
                "filterable": True,
            }
            for column in table.columns
        ],
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.label,
                "expression": metric.expression,
                "description": metric.description,
                "d3format": metric.number_format,
                "currency": currency if metric.is_amount else None,
            }
            for metric in metrics_of(table)
        ],
        **_MANAGED,
    }


def _chart(release: PublishedRelease, board: Dashboard, chart: Chart) -> Object:
    table = release.table(chart.table)
    settings = settings_of(chart, table.time_column)
    return {
        "slice_name": chart.title,
        "description": chart.description or None,
        "viz_type": str(chart.kind),
        "params": settings,
        "query_context": query_context_of(chart, settings, table.time_column),
        "cache_timeout": None,
        "uuid": _uuid(release, "chart", board.key, chart.key),
        "dataset_uuid": _uuid(release, "dataset", table.schema, table.name),
        **_MANAGED,
    }


def _dashboard(release: PublishedRelease, board: Dashboard, texts: Texts) -> Object:
    title = f"{release.company}: {board.title}"
    return {
        "dashboard_title": title,
        "description": board.note,
        "css": None,
        "slug": None,
        "published": True,
        "uuid": _uuid(release, "dashboard", board.key),
        "position": _position(release, board, title, f"{board.note} {texts['not_summed']}"),
        "metadata": {
            "color_scheme": "supersetColors",
            "refresh_frequency": 0,
            "cross_filters_enabled": True,
            "native_filter_configuration": [
                _filter("period", texts["filters"]["period"], "filter_time", [{}]),
                _filter("channel", texts["filters"]["channel"], "filter_select", [_channel(release)]),
            ],
        },
        **_MANAGED,
    }


def _channel(release: PublishedRelease) -> Object:
    table = release.table("kpi_cost_per_qualified_lead")
    return {"column": {"name": "channel"}, "datasetUuid": _uuid(release, "dataset", table.schema, table.name)}


def _filter(key: str, name: str, kind: str, targets: list[Object]) -> Object:
    return {
        "id": f"NATIVE_FILTER-leitstand-{key}",
        "name": name,
        "filterType": kind,
        "type": "NATIVE_FILTER",
        "targets": targets,
        "controlValues": {"multiSelect": True, "enableEmptyFilter": False} if kind == "filter_select" else {},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "description": "",
    }


def _position(release: PublishedRelease, board: Dashboard, title: str, note: str) -> Object:
    """The grid: a line of text, then the rows of charts."""
    position: Object = {
        "DASHBOARD_VERSION_KEY": "v2",
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "ROW-note": _row("ROW-note", ["MARKDOWN-note"]),
        "MARKDOWN-note": {
            "type": "MARKDOWN",
            "id": "MARKDOWN-note",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", "ROW-note"],
            "meta": {"width": 12, "height": 10, "code": note},
        },
    }
    rows = ["ROW-note"]
    number = 0
    for place, charts in enumerate(board.rows, start=1):
        row = f"ROW-{place}"
        rows.append(row)
        children = []
        for chart, width in charts:
            number += 1
            child = f"CHART-{number}"
            children.append(child)
            position[child] = {
                "type": "CHART",
                "id": child,
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", row],
                "meta": {
                    # a number of its own until Superset puts the chart's in its place
                    "chartId": number,
                    "uuid": _uuid(release, "chart", board.key, chart.key),
                    "width": width,
                    "height": _height(chart),
                    "sliceName": chart.title,
                },
            }
        position[row] = _row(row, children)
    position["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    return position


def _height(chart: Chart) -> int:
    """In the grid's units of eight pixels."""
    return 24 if chart.kind is Kind.NUMBER or chart.columns else 50


def _row(key: str, children: list[str]) -> Object:
    return {
        "type": "ROW",
        "id": key,
        "children": children,
        "parents": ["ROOT_ID", "GRID_ID"],
        "meta": {"background": "BACKGROUND_TRANSPARENT"},
    }
