"""The attribution models on an in-memory DuckDB: their compiled SQL over given conversions and touches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from attribution.reference import Conversion
from leitstand.config import PROJECT_ROOT
from running import Company

# In the order in which they can be built; before them stand conversions and touches as given.
MODELS = (
    "intermediate/attribution/int_attribution__conversions",
    "intermediate/attribution/int_attribution__touches",
    "intermediate/attribution/int_attribution__journeys",
    "intermediate/attribution/int_attribution__paths",
    "intermediate/attribution/int_attribution__models",
    "intermediate/attribution/int_attribution__holders",
    "intermediate/attribution/int_attribution__weights",
    "intermediate/attribution/int_attribution__credited_conversions",
    "marts/core/fct_attribution",
)
INPUTS = (
    "int_attribution__converted",
    "int_touch__classified",
    "int_lifecycle__cycle_touches",
    "int_opportunity__people",
    "int_lifecycle__cycles",
)
SEEDS = ("channels", "attribution_models", "attribution_policies", "qualified_lead_stage")


def empty_warehouse(demo: Company) -> duckdb.DuckDBPyConnection:
    """A database with the agreement of the demo company, and the inputs empty."""
    db = duckdb.connect(config={"threads": 1})
    db.execute("set TimeZone = 'UTC'")
    db.execute("attach ':memory:' as leitstand")
    db.execute(f"attach '{demo.folder}/warehouse/leitstand.duckdb' as built (read_only)")
    db.execute("create schema leitstand.intermediate")
    db.execute("create schema leitstand.core")
    db.execute("create schema leitstand.definitions")
    for seed in SEEDS:
        db.execute(f"create table leitstand.definitions.{seed} as from built.definitions.{seed}")
    for name in INPUTS:
        columns = db.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = 'built' and table_name = ? order by column_index",
            [name],
        ).fetchall()
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        db.execute(f"create table leitstand.intermediate.{name} ({listed})")
    db.execute("use leitstand")
    return db


def credit(
    db: duckdb.DuckDBPyConnection, conversions: Sequence[Conversion], reverse: bool = False
) -> dict[tuple[int, str], list[tuple[str, float, Any]]]:
    """Build the models over conversions, each of people of its own.

    Gives, by number of the conversion and model, the touches in order with weight and amount. `reverse` lets
    the rows arrive the other way round.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in INPUTS}
    for number, conversion in enumerate(conversions):
        _add(rows, number, conversion)
    touches = sorted(
        rows["int_touch__classified"],
        key=lambda row: (row["touched_at"], row["connection"], row["source_id"]),
    )
    for sequence, touch in enumerate(touches, 1):
        touch["touch_sequence"] = sequence
    for name, given in rows.items():
        db.execute(f"truncate intermediate.{name}")
        if given:
            columns = list(given[0])
            values = [[row[column] for row in (reversed(given) if reverse else given)] for column in columns]
            parts = ", ".join(f"unnest(?) as {column}" for column in columns)
            db.execute(f"insert into intermediate.{name} by name select {parts}", values)
    for model in MODELS:
        sql = (PROJECT_ROOT / "target" / "compiled" / "leitstand" / "models" / f"{model}.sql").read_text()
        schema, name = ("core" if model.startswith("marts") else "intermediate"), model.split("/")[-1]
        db.execute(f"create or replace table {schema}.{name} as {sql}")
    found: dict[tuple[int, str], list[tuple[str, float, Any]]] = {}
    for key, model, touch, weight, amount in db.execute(
        "select conversion_id, attribution_model, coalesce(touchpoint_id, channel), weight, amount "
        "from core.fct_attribution order by conversion_id, attribution_model, touch_number"
    ).fetchall():
        found.setdefault((int(key.split("|")[1]), model), []).append((touch, weight, amount))
    return found


def _add(rows: dict[str, list[dict[str, Any]]], number: int, conversion: Conversion) -> None:
    is_stage = conversion.kind == "sal"
    leads = sorted({touch.lead for touch in conversion.touches} | {"a"})
    rows["int_attribution__converted"].append(
        {
            "conversion_id": f"{conversion.kind}|{number}",
            "conversion_type": conversion.kind,
            "lead_id": f"{number}a",
            "opportunity_id": None if is_stage else str(number),
            "opportunity_key": None if is_stage else str(number),
            "origin_path": "marketing",
            "converted_at": conversion.converted_at,
            "converted_precision": "second",
            "lead_created_at": conversion.lead_created_at if is_stage else None,
            "opportunity_at": conversion.opportunity_at,
            "won_at": conversion.converted_at if conversion.kind == "revenue" else None,
            "amount": None if conversion.amount is None else str(float(conversion.amount)),
        }
    )
    for lead in leads:
        rows["int_lifecycle__cycles"].append(
            {"lead_id": f"{number}{lead}", "inquiry_at": conversion.lead_created_at if lead == "a" else None}
        )
        rows["int_opportunity__people"].append(
            {
                "opportunity_id": str(number),
                "lead_id": f"{number}{lead}",
                "is_linked": True,
                "is_primary": lead == "a",
            }
        )
    for touch in conversion.touches:
        rows["int_touch__classified"].append(
            {
                "touchpoint_id": touch.key,
                "lead_id": f"{number}{touch.lead}",
                "channel": touch.channel,
                "campaign_id": touch.campaign,
                "touched_at": touch.at,
                "touched_precision": "second",
                "connection": "web",
                "source_id": f"{number}{touch.key}",
            }
        )
