"""The lifecycle's models on an in-memory DuckDB: their compiled SQL over given histories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from leitstand.config import PROJECT_ROOT
from lifecycle.history import AS_OF, History

SEEDS = (
    "stages",
    "exit_states",
    "origin_paths",
    "channels",
    "touch_types",
    "rejection_reasons",
    "loss_reasons",
)

# The tables that the models read, with the columns they use of them.
INPUTS = {
    "int_identity__persons": """lead_id varchar, is_identified boolean, account_id varchar,
        lead_source varchar, segment varchar, region varchar""",
    "int_touch__classified": """touch_sequence bigint, lead_id varchar, touched_at timestamp,
        touched_precision varchar, touch_type varchar, channel varchar, ineligible_reason varchar,
        connection varchar, source_id varchar""",
    "int_touch__origins": """lead_source varchar, channel varchar, rule_order integer, valid_from date,
        valid_to date""",
    "int_opportunity__links": """lead_id varchar, opportunity_id varchar, link_method varchar,
        is_primary boolean""",
    "int_opportunity__milestones": """opportunity_id varchar, connection varchar, source_id varchar,
        account_id varchar, opportunity_type varchar, is_partner boolean, created_at timestamp,
        created_precision varchar, loss_reason varchar, opportunity_at timestamp,
        opportunity_precision varchar, closed_precision varchar, won_at timestamp, won_precision varchar,
        lost_at timestamp""",
    "int_lifecycle__outreach": """lead_id varchar, origin_path varchar, happened_at timestamp,
        connection varchar, source_id varchar""",
    "int_lifecycle__creations": """lead_id varchar, happened_at timestamp, happened_precision varchar,
        connection varchar, source_id varchar""",
    "int_qualification__met": """lead_id varchar, met_at timestamp, met_precision varchar,
        definition_version varchar, connection varchar, source_id varchar""",
    "int_handover__implied_acceptances": "lead_id varchar, cycle_number integer, accepted_at timestamp",
    "int_lifecycle__declarations": """lead_id varchar, stage varchar, exit_state varchar,
        declared_at timestamp, declared_precision varchar, actor_role varchar, actor_team varchar,
        is_contradicted boolean, verdict varchar, definition_version varchar, reason varchar,
        has_reason_text boolean, record_id varchar, connection varchar, source_id varchar""",
}


@dataclass(frozen=True)
class Model:
    """One model: its name and its SQL over tables without a schema."""

    name: str
    sql: str


def compiled(nodes: dict[str, Any]) -> list[Model]:
    """Everything from the inputs to `int_lifecycle__cycles`, in the order in which it can be built.

    `nodes` are those of the manifest that a build left.
    """
    ordered: list[str] = []

    def visit(key: str) -> None:
        node = nodes.get(key)
        if node is None or node["resource_type"] != "model" or key in ordered:
            return
        if node["name"] in INPUTS or node["name"].startswith("int_reporting__"):
            return
        for parent in node["depends_on"]["nodes"]:
            visit(parent)
        ordered.append(key)

    visit("model.leitstand.int_lifecycle__cycles")
    return [
        Model(nodes[key]["name"], re.sub(r'"\w+"\."\w+"\."(\w+)"', r"\1", nodes[key]["compiled_code"]))
        for key in ordered
    ]


def warehouse() -> duckdb.DuckDBPyConnection:
    """A database with the agreement's seeds and empty inputs."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    for seed in SEEDS:
        path = PROJECT_ROOT / "seeds" / "definitions" / f"{seed}.csv"
        connection.execute(f"create table {seed} as from read_csv('{path}', nullstr = '')")
    thresholds = PROJECT_ROOT / "seeds" / "definitions" / "thresholds.csv"
    connection.execute(f"create table int_reporting__thresholds as from read_csv('{thresholds}')")
    connection.execute("create table int_reporting__as_of as select cast(? as timestamp) as as_of", [AS_OF])
    for name, columns in INPUTS.items():
        connection.execute(f"create table {name} ({columns})")
    return connection


def fill(connection: duckdb.DuckDBPyConnection, histories: Sequence[History], reverse: bool = False) -> None:
    """Put histories into the inputs; `reverse` lets the rows arrive the other way round."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in INPUTS}
    for number, history in enumerate(histories):
        _add(rows, f"lead{number:03}", history)
    touches = sorted(
        rows["int_touch__classified"],
        key=lambda row: (row["touched_at"], row["connection"], row["source_id"]),
    )
    for sequence, touch in enumerate(touches, 1):
        touch["touch_sequence"] = sequence
    for name, given in rows.items():
        connection.execute(f"truncate {name}")
        if not given:
            continue
        columns = list(given[0])
        values = [[row[column] for row in (reversed(given) if reverse else given)] for column in columns]
        connection.execute(
            f"insert into {name} by name select {', '.join(f'unnest(?) as {c}' for c in columns)}", values
        )


def _add(rows: dict[str, list[dict[str, Any]]], lead: str, history: History) -> None:
    rows["int_identity__persons"].append({"lead_id": lead, "is_identified": True})
    if history.created_at:
        rows["int_lifecycle__creations"].append(
            {
                "lead_id": lead,
                "happened_at": history.created_at,
                "happened_precision": "second",
                "connection": "crm",
                "source_id": lead,
            }
        )
    for number, touch in enumerate(history.touches):
        rows["int_touch__classified"].append(
            {
                "lead_id": lead,
                "touched_at": touch.at,
                "touched_precision": "second",
                "touch_type": "form" if touch.is_inquiry else "session",
                "channel": "organic_search",
                "connection": "web",
                "source_id": f"{lead}-t{number}",
            }
        )
    for number, given in enumerate(history.declarations):
        rows["int_lifecycle__declarations"].append(
            {
                "lead_id": lead,
                "stage": given.stage,
                "exit_state": given.exit_state,
                "declared_at": given.at,
                "declared_precision": given.precision,
                "is_contradicted": given.is_contradicted,
                "verdict": "contradicted" if given.is_contradicted else "verified",
                "definition_version": "1",
                "record_id": lead,
                "connection": "crm",
                "source_id": f"{lead}-s{number}",
            }
        )
    for number, deal in enumerate(history.deals):
        key = f"{lead}-o{number}"
        rows["int_opportunity__links"].append(
            {"lead_id": lead, "opportunity_id": key, "link_method": "contact_role", "is_primary": True}
        )
        rows["int_opportunity__milestones"].append(
            {
                "opportunity_id": key,
                "connection": "crm",
                "source_id": key,
                "opportunity_type": "new",
                "is_partner": False,
                "created_at": deal.opened_at,
                "created_precision": "second",
                "opportunity_at": deal.opportunity_at,
                "opportunity_precision": "second",
                "closed_precision": "second",
                "won_at": deal.closed_at if deal.is_won else None,
                "won_precision": "second",
                "lost_at": None if deal.is_won else deal.closed_at,
            }
        )


def cycles(connection: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> list[dict[str, Any]]:
    """Build the models over the inputs and give the rows of `int_lifecycle__cycles`, in order."""
    for model in models:
        connection.execute(f"create or replace temp table {model.name} as {model.sql}")
    result = connection.execute("select * from int_lifecycle__cycles order by lead_id, cycle_number")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
