"""Tables to be published, some with a fault, and their nodes as dbt's manifest has them."""

from __future__ import annotations

from typing import Any

import duckdb

Node = dict[str, Any]

MONTHLY = [100.0, 104, 98, 103, 99, 105, 101, 97, 102, 100, 104, 99, 101]
"""A KPI month by month; the last is the newest."""


def node(name: str, columns: dict[str, str], key: list[str]) -> Node:
    """One published model."""
    return {
        "name": name,
        "schema": "kpi",
        "resource_type": "model",
        "config": {"meta": {"published": True, "key": key}},
        "columns": {c: {"name": c, "data_type": kind} for c, kind in columns.items()},
    }


SCORECARD = {
    "kpi": "varchar",
    "period_type": "varchar",
    "period_start": "date",
    "scope_type": "varchar",
    "scope": "varchar",
    "value": "double precision",
    "is_mature": "boolean",
}
NODES = [
    node("fine", {"month": "date", "channel": "varchar", "leads": "bigint"}, ["month", "channel"]),
    node("retyped", {"channel": "varchar", "leads": "bigint"}, ["channel"]),
    node("lost_column", {"channel": "varchar", "leads": "bigint"}, ["channel"]),
    node("repeated", {"channel": "varchar"}, ["channel"]),
    node("kpi_scorecard", SCORECARD, ["kpi", "period_start"]),
]
LEAKY = [
    node("addressed", {"channel": "varchar"}, ["channel"]),
    node("telephoned", {"channel": "varchar"}, ["channel"]),
    node("banked", {"channel": "varchar"}, ["channel"]),
    node("known", {"channel": "varchar"}, ["channel"]),
    node("named", {"primary_email": "varchar"}, ["primary_email"]),
]
_TABLES = """
create schema kpi;
create table kpi.fine as
    select date '2026-06-01' as month, unnest(['web', 'fair']) as channel, 3::bigint as leads;
create table kpi.retyped as select 'web' as channel, 3.0::double as leads;
create table kpi.lost_column as select 'web' as channel;
create table kpi.repeated as select unnest(['web', 'web', 'fair']) as channel;
create table kpi.addressed as select unnest(['web', 'of anna@firma.example']) as channel;
create table kpi.telephoned as select 'call +49 30 1234567' as channel;
create table kpi.banked as select 'DE44 5001 0517 5407 3249 31' as channel;
create table kpi.known as select '030-1234567' as channel;
create table kpi.named as select 'x' as primary_email;
create table kpi.kpi_scorecard (kpi varchar, period_type varchar, period_start date, scope_type varchar,
    scope varchar, value double, is_mature boolean);
"""


def publish_tables(db: duckdb.DuckDBPyConnection) -> None:
    """Make the tables; the sources know one telephone number."""
    db.execute(_TABLES)
    db.execute("update raw_sound.persons set phone = '030-1234567' where source_id = '7'")
    for kpi, factor in (("steady", 1.0), ("jumped", 2.0)):
        for month, value in enumerate(MONTHLY):
            is_last = month == len(MONTHLY) - 1
            db.execute(
                "insert into kpi.kpi_scorecard "
                "values (?, 'month', date '2025-06-01' + to_months(?), 'company', 'company', ?, true)",
                [kpi, month, value * factor if is_last else value],
            )
