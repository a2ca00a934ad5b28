"""Charts as Superset knows them: what is shown, the settings of its picture and the query behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Filter = str | bool | tuple[str, ...]


class Kind(StrEnum):
    """The pictures in use, by Superset's names."""

    NUMBER = "big_number"
    LINE = "echarts_timeseries_line"
    BAR = "echarts_timeseries_bar"
    TABLE = "table"


@dataclass(frozen=True)
class Expression:
    """A metric of one chart only."""

    label: str
    sql: str


@dataclass(frozen=True)
class Chart:
    """One chart over one table; its key names it on its dashboard for good, whatever its title says.

    `x` is the column along which a line or bars run; a table has none. `by` groups: each group is a series,
    or a row of a table. Metrics are those of the dataset, by name. `columns` shows rows as they are.
    """

    key: str
    title: str
    kind: Kind
    table: str
    metrics: tuple[str | Expression, ...] = ()
    x: str | None = None
    by: tuple[str, ...] = ()
    where: Mapping[str, Filter] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    is_stacked: bool = False
    number_format: str = "SMART_NUMBER"
    description: str = ""
    month_before: str = ""
    """Of a number: what stands behind its change."""


def settings_of(chart: Chart, time_column: str | None) -> dict[str, Any]:
    """The settings of the picture (`params`)."""
    metrics = [_metric(metric) for metric in chart.metrics]
    filters = [_adhoc_filter(name, value) for name, value in chart.where.items()]
    if time_column is not None:
        filters.append(_adhoc(time_column, "TEMPORAL_RANGE", "No filter"))
    settings: dict[str, Any] = {
        "viz_type": str(chart.kind),
        "adhoc_filters": filters,
        "row_limit": 10_000,
        "extra_form_data": {},
    }
    if time_column is not None:
        settings["granularity_sqla"] = time_column
    match chart.kind:
        case Kind.NUMBER:
            settings |= {
                "metric": metrics[0],
                "x_axis": chart.x,
                "time_grain_sqla": "P1M",
                "start_y_axis_at_zero": True,
                "show_trend_line": True,
                "y_axis_format": chart.number_format,
                "time_format": "%Y-%m",
                "header_font_size": 0.4,
                "subheader_font_size": 0.15,
                "compare_lag": 1,
                "compare_suffix": chart.month_before,
            }
        case Kind.LINE | Kind.BAR:
            settings |= {
                "x_axis": chart.x,
                "time_grain_sqla": "P1M",
                "x_axis_sort_asc": True,
                "metrics": metrics,
                "groupby": list(chart.by),
                "order_desc": True,
                "truncate_metric": True,
                "show_legend": True,
                "legendType": "scroll",
                "legendOrientation": "bottom",
                "rich_tooltip": True,
                "x_axis_time_format": "%Y-%m",
                "y_axis_format": chart.number_format,
                "y_axis_bounds": [0 if not chart.is_stacked else None, None],
                "orientation": "vertical",
                "stack": "Stack" if chart.is_stacked else None,
                "xAxisLabelRotation": 0 if chart.x == time_column else 45,
            }
        case Kind.TABLE:
            settings |= {
                "query_mode": "raw" if chart.columns else "aggregate",
                "groupby": list(chart.by),
                "metrics": metrics,
                "all_columns": list(chart.columns),
                "order_desc": True,
                "table_timestamp_format": "%Y-%m-%d",
                "show_cell_bars": False,
                "server_page_length": 0,
            }
    return settings


def query_of(chart: Chart, time_column: str | None) -> dict[str, Any]:
    """The query behind the picture (one of `query_context`'s)."""
    metrics = [_metric(metric) for metric in chart.metrics]
    x_axis: list[Any] = []
    if chart.x is not None:
        x_axis = [
            {
                "timeGrain": "P1M" if chart.x == time_column else None,
                "columnType": "BASE_AXIS",
                "sqlExpression": chart.x,
                "label": chart.x,
                "expressionType": "SQL",
                "isColumnReference": True,
            }
        ]
    query: dict[str, Any] = {
        "columns": [*x_axis, *chart.by, *chart.columns],
        "filters": [_filter(name, value) for name, value in chart.where.items()],
        "extras": {"having": "", "where": ""},
        "row_limit": 10_000,
        "order_desc": True,
        "annotation_layers": [],
        "applied_time_extras": {},
        "custom_params": {},
        "post_processing": [],
    }
    if not chart.columns:
        query["metrics"] = metrics
    if time_column is not None:
        query["granularity"] = time_column
        query["time_range"] = "No filter"
    if chart.x is not None:
        query["series_columns"] = list(chart.by)
    return query


def query_context_of(chart: Chart, settings: Mapping[str, Any], time_column: str | None) -> str:
    """What Superset's API asks for the chart's data; the dataset's number is filled in there."""
    return json.dumps(
        {
            "datasource": {"id": 0, "type": "table"},
            "force": False,
            "queries": [query_of(chart, time_column)],
            "form_data": dict(settings),
            "result_format": "json",
            "result_type": "full",
        }
    )


def _metric(metric: str | Expression) -> Any:
    if isinstance(metric, str):
        return metric
    return {
        "expressionType": "SQL",
        "sqlExpression": metric.sql,
        "label": metric.label,
        "hasCustomLabel": True,
        "optionName": f"metric_{metric.label.lower().replace(' ', '_')}",
    }


def _operator(value: Filter) -> tuple[str, Any]:
    if isinstance(value, bool):
        return ("IS TRUE" if value else "IS FALSE"), None
    return ("IN", list(value)) if isinstance(value, tuple) else ("==", value)


def _filter(name: str, value: Filter) -> dict[str, Any]:
    operator, operand = _operator(value)
    return {"col": name, "op": operator} | ({} if operand is None else {"val": operand})


def _adhoc_filter(name: str, value: Filter) -> dict[str, Any]:
    return _adhoc(name, *_operator(value))


def _adhoc(name: str, operator: str, operand: Any) -> dict[str, Any]:
    ids = {"==": "EQUALS", "IS TRUE": "IS_TRUE", "IS FALSE": "IS_FALSE"}
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": name,
        "operator": operator,
        "operatorId": ids.get(operator, operator),
        "comparator": operand,
        "filterOptionName": f"filter_{name}",
    }
