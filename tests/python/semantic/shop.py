"""A shop of four deals and two costs, small enough to add up by hand, and a semantic manifest over it."""

from __future__ import annotations

import json
from typing import Any

import duckdb

TABLES = """
create schema core;
create table core.dim_channel as
    select * from (values ('ads', 'paid', 'c1'), ('search', 'free', 'c2'), ('mail', 'free', 'c3'))
        as t (channel, channel_group, secret);
create table core.fct_deal as
    select
        deal_id, channel, segment, cast(opened as date) as opened_date, cast(won as date) as won_date,
        cast(amount as decimal(18, 2)) as amount, is_sourced, won is not null as is_won
    from (values
        (1, 'ads', 'large', '2026-01-05', '2026-01-20', 100.00, true),
        (2, 'ads', 'small', '2026-01-15', '2026-02-20', 200.00, true),
        (3, 'search', 'large', '2026-02-05', null, 50.50, false),
        (4, 'mail', 'large', '2026-04-05', null, 70.25, true)
    ) as t (deal_id, channel, segment, opened, won, amount, is_sourced);
create table core.fct_cost as
    select cost_id, deal_id, channel, cast(day as date) as cost_date, cast(amount as decimal(18, 2)) as amount
    from (values (1, 1, 'ads', '2026-01-01', 10.00), (2, 3, 'search', '2026-02-01', 20.00))
        as t (cost_id, deal_id, channel, day, amount);
-- periods of two months that begin with odd ones
create table core.spine as
    select
        cast(day as date) as date_day,
        cast(date_trunc('month', day) - interval (1 - month(day) % 2) month as date) as half_season
    from generate_series(timestamp '2026-01-01', timestamp '2026-04-30', interval 1 day) as t (day);
"""


def open_shop() -> duckdb.DuckDBPyConnection:
    """The shop's tables in memory."""
    db = duckdb.connect()
    db.execute(TABLES)
    return db


def manifest() -> str:
    """The semantic manifest, as `dbt parse` writes one."""
    return json.dumps(
        {
            "semantic_models": [
                _model("channels", "dim_channel", ["channel"], [], ["channel_group", "secret"]),
                _model("costs", "fct_cost", ["cost:cost_id"], ["channel", "deal:deal_id"], [], ["cost_date"]),
                _model(
                    "deals",
                    "fct_deal",
                    ["deal:deal_id"],
                    ["channel"],
                    ["segment", "is_won"],
                    ["opened_date", "won_date"],
                ),
            ],
            "metrics": [
                _simple("deals", "deals", "opened_date", expr="1", label_de="Angebote", unit="count"),
                _simple("pipeline_amount", "deals", "opened_date", expr="amount"),
                _simple(
                    "sourced_amount", "deals", "opened_date", expr="case when is_sourced then amount end"
                ),
                _simple("wins", "deals", "won_date", expr="1", where="{{ Dimension('deal__is_won') }}"),
                _simple("median_amount", "deals", "opened_date", expr="amount", agg="median", spine=False),
                _simple("cost_amount", "costs", "cost_date", expr="amount"),
                _simple(
                    "won_cost_amount",
                    "costs",
                    "cost_date",
                    expr="amount",
                    where="{{ Dimension('deal__is_won') }}",
                ),
                _simple("newest_amount", "deals", "opened_date", expr="amount", stock=True),
                _metric("sourced_share", "ratio", numerator="sourced_amount", denominator="pipeline_amount"),
                _metric("deals_per_cost", "ratio", numerator="deals", denominator="cost_amount"),
                _metric("deals_before", "derived", expr="before", metrics=[_back("deals", "month")]),
                _metric(
                    "deals_season_before", "derived", expr="before", metrics=[_back("deals", "half_season")]
                ),
                _metric(
                    "deals_to_date",
                    "cumulative",
                    {"grains": ["month", "quarter", "half_season"]},
                    cumulative_type_params={
                        "grain_to_date": "year",
                        "period_agg": "last",
                        "metric": {"name": "deals"},
                    },
                ),
            ],
            "saved_queries": [
                {
                    "name": "monthly",
                    "description": "Deals by month and channel",
                    "query_params": {
                        "metrics": ["deals", "sourced_share"],
                        "group_by": ["TimeDimension('metric_time', 'month')", "Entity('channel')"],
                    },
                }
            ],
            "project_configuration": {
                "time_spine_table_configurations": [],
                "time_spines": [
                    {
                        "node_relation": _relation("spine"),
                        "primary_column": {"name": "date_day", "time_granularity": "day"},
                        "custom_granularities": [{"name": "half_season", "column_name": "half_season"}],
                    }
                ],
            },
        }
    )


def _relation(table: str) -> dict[str, str]:
    return {
        "alias": table,
        "schema_name": "core",
        "database": "memory",
        "relation_name": f'"memory"."core"."{table}"',
    }


def _model(
    name: str,
    table: str,
    primary: list[str],
    foreign: list[str],
    dimensions: list[str],
    times: list[str] | None = None,
) -> dict[str, Any]:
    entities = [(*item.partition(":")[::2], "primary") for item in primary]
    entities += [(*item.partition(":")[::2], "foreign") for item in foreign]
    days = {"time_granularity": "day"}
    return {
        "name": name,
        "description": f"The {name}",
        "defaults": {"agg_time_dimension": times[0]} if times else None,
        "node_relation": _relation(table),
        "primary_entity": None,
        "entities": [{"name": n, "expr": column or None, "type": kind} for n, column, kind in entities],
        "measures": [],
        "dimensions": [
            *({"name": n, "type": "categorical", "description": f"The {n}"} for n in dimensions),
            *({"name": n, "type": "time", "type_params": dict(days)} for n in times or ()),
        ],
    }


def _metric(name: str, kind: str, meta: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    for side in ("numerator", "denominator"):
        if side in params:
            params[side] = {"name": params[side]}
    return {
        "name": name,
        "description": f"What {name} means",
        "label": name.replace("_", " ").capitalize(),
        "type": kind,
        "type_params": {"metrics": [], "input_measures": []} | params,
        "config": {"meta": meta or {}},
    }


def _simple(
    name: str,
    model: str,
    time: str,
    *,
    expr: str,
    agg: str = "sum",
    spine: bool = True,
    stock: bool = False,
    where: str | None = None,
    **meta: str,
) -> dict[str, Any]:
    aggregation: dict[str, Any] = {"semantic_model": model, "agg": agg, "agg_time_dimension": time}
    if stock:
        aggregation["non_additive_dimension"] = {"name": time, "window_choice": "max", "window_groupings": []}
    found = _metric(
        name, "simple", meta, expr=expr, metric_aggregation_params=aggregation, join_to_timespine=spine
    )
    return found | ({"filter": {"where_filters": [{"where_sql_template": where}]}} if where else {})


def _back(metric: str, grain: str) -> dict[str, Any]:
    return {"name": metric, "alias": "before", "offset_window": {"count": 1, "granularity": grain}}
