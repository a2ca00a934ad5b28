"""The published tables that no model makes: `kpi_restatement`, and the schema `meta`, in which a release says
what it is.

They are made empty by one list of columns, which is also what a change of the published contract is measured
by.
"""

from __future__ import annotations

from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.gate import Verdict, write_weakened
from leitstand.ledger import Publication
from leitstand.ledger.tables import RESTATEMENT_COLUMNS, RESTATEMENT_TABLE

META: dict[str, dict[str, str]] = {
    "release": {
        "release_id": "varchar",
        "published_at": "timestamp",
        "as_of": "timestamp",
        "project_version": "varchar",
        "definition_version": "varchar",
        "checks_passed": "bigint",
        "checks_failed": "bigint",
        "weakened_marts": "varchar[]",
        "reporting_currency": "varchar",
        "report_timezone": "varchar",
        "minimum_sample": "bigint",
        "company_name": "varchar",
    },
    "weakened": {
        "table_name": "varchar",
        "failed_checks": "varchar[]",
        "reason": "varchar",
        "requested_by": "varchar",
        "requested_at": "timestamp",
    },
    "columns": {
        "table_name": "varchar",
        "column_name": "varchar",
        "data_type": "varchar",
        "is_key": "boolean",
        "role": "varchar",
        "additive_over": "varchar[]",
        "numerator": "varchar[]",
        "denominator": "varchar[]",
        "description": "varchar",
    },
    "data_state": {
        "connection": "varchar",
        "entity": "varchar",
        "rows_read": "bigint",
        "rows_landed": "bigint",
        "rows_quarantined": "bigint",
        "last_loaded_at": "timestamp",
    },
    "ledger": {
        "kpi": "varchar",
        "period_type": "varchar",
        "period_start": "date",
        "scope": "varchar",
        "release_id": "varchar",
        "publication_number": "bigint",
        "value": "double",
    },
    "publications": {
        "number": "bigint",
        "release_id": "varchar",
        "published_at": "timestamp",
        "as_of": "timestamp",
        "project_version": "varchar",
        "definition_version": "varchar",
    },
    "definition_changes": {
        "number": "bigint",
        "definition": "varchar",
        "rows_added": "bigint",
        "rows_removed": "bigint",
        "rows_changed": "bigint",
        "rows_of_history": "bigint",
    },
}
"""Columns and types of each table of the schema `meta`."""


def make_tables(db: duckdb.DuckDBPyConnection, catalogue: str) -> None:
    """Make the schema `meta` of a database and all these tables, empty; its schema `kpi` is there."""
    db.execute(f"create schema {catalogue}.meta")
    restatement = {column.name: column.data_type for column in RESTATEMENT_COLUMNS}
    tables = {f"kpi.{RESTATEMENT_TABLE}": restatement} | {f"meta.{n}": c for n, c in META.items()}
    for table, columns in tables.items():
        db.execute(
            f"create table {catalogue}.{table} ({', '.join(' '.join(column) for column in columns.items())})"
        )


def write_data_state(db: duckdb.DuckDBPyConnection) -> None:
    """Fill `meta.data_state` from the warehouse, which is attached."""
    db.execute(
        """
        insert into meta.data_state
        select
            connection,
            entity,
            cast(sum(rows_read) as bigint),
            cast(sum(rows_landed) as bigint),
            cast(sum(rows_quarantined) as bigint),
            max(loaded_at)
        from warehouse.landing.files
        group by connection, entity
        order by connection, entity
        """
    )


def write_release(
    db: duckdb.DuckDBPyConnection,
    company: Company,
    nodes: list[dict[str, Any]],
    verdict: Verdict,
    publication: Publication,
) -> None:
    """Fill `meta.release`, `meta.weakened` and `meta.columns`; the warehouse is attached."""
    write_weakened(db, verdict)
    db.execute(
        "insert into meta.release select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, threshold_value, ? "
        "from warehouse.intermediate.int_reporting__thresholds where threshold = 'minimum_sample'",
        [
            publication.release_id,
            publication.published_at,
            publication.as_of,
            publication.project_version,
            publication.definition_version,
            verdict.checks_passed,
            verdict.checks_failed,
            list(verdict.weakened_marts),
            company.vars.reporting_currency,
            company.vars.report_timezone,
            company.settings.name,
        ],
    )
    db.executemany(
        "insert into meta.columns values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                node["name"],
                column["name"],
                column["data_type"],
                column["name"] in node["config"]["meta"]["key"],
                column["config"]["meta"].get("role", "dimension"),
                *(column["config"]["meta"].get(k, []) for k in ("additive_over", "numerator", "denominator")),
                " ".join(column["description"].split()),
            ]
            for node in nodes
            for column in node["columns"].values()
        ]
        + [
            [
                RESTATEMENT_TABLE,
                c.name,
                c.data_type,
                c.is_key,
                c.role,
                list(c.additive_over),
                [],
                [],
                c.description,
            ]
            for c in RESTATEMENT_COLUMNS
        ],
    )
