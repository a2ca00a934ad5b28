"""The published tables that no model makes: `kpi_restatement`, and the schema `meta`, in which a release says
what it is.

They are made empty by one list of columns, which is also what a change of the published contract is measured
by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from leitstand.comments import comment, commented
from leitstand.config import Company
from leitstand.gate import Verdict, write_weakened
from leitstand.ledger import Publication
from leitstand.ledger.tables import RESTATEMENT_COLUMNS, RESTATEMENT_DESCRIPTION, RESTATEMENT_TABLE

_Table = tuple[str, Mapping[str, tuple[str, str]]]

META: Mapping[str, _Table] = {
    "release": (
        "One row: this release.",
        {
            "release_id": ("varchar", "Day of as_of and a digest of the figures, checks and definitions"),
            "published_at": ("timestamp", "When it was published (UTC)"),
            "as_of": ("timestamp", "What is known up to this instant is in the figures (UTC)"),
            "project_version": ("varchar", "Version of Leitstand"),
            "definition_version": (
                "varchar",
                "Digest of the definitions; it changes whenever the agreement does",
            ),
            "checks_passed": ("bigint", "Checks that passed"),
            "checks_failed": (
                "bigint",
                "Checks that did not pass; none of them was binding, unless tables are weakened",
            ),
            "weakened_marts": ("varchar[]", "Tables that cannot be trusted; meta.weakened says why"),
            "reporting_currency": ("varchar", "Currency of all amounts whose column names no other"),
            "report_timezone": ("varchar", "Time zone in which months and days begin"),
            "minimum_sample": ("bigint", "Fewest cases that a status is given for"),
            "company_name": ("varchar", "Company that the figures speak of"),
        },
    ),
    "weakened": (
        "One row per table that was published although checks failed; none, normally.",
        {
            "table_name": ("varchar", "Table that cannot be trusted"),
            "failed_checks": ("varchar[]", "Checks that failed"),
            "reason": ("varchar", "Why it was published all the same"),
            "requested_at": ("timestamp", "When (UTC)"),
        },
    ),
    "columns": (
        "One row per published table and column: what it means, and how it may be summed.",
        {
            "schema_name": ("varchar", "Schema of the table: kpi, or metrics for saved queries"),
            "table_name": ("varchar", "Table"),
            "column_name": ("varchar", "Column"),
            "data_type": ("varchar", "Type, as the contract of the table has it"),
            "is_key": ("boolean", "True where the column is part of the key of its table"),
            "role": (
                "varchar",
                "dimension, additive (sums over additive_over), ratio or non_additive",
            ),
            "additive_over": (
                "varchar[]",
                "All dimensions over which the column may be summed",
            ),
            "numerator": ("varchar[]", "Additive columns whose sums make the numerator of a ratio"),
            "denominator": (
                "varchar[]",
                "Additive columns whose sums make its denominator; empty where it has no parts",
            ),
            "description": ("varchar", "What the column means"),
        },
    ),
    "data_state": (
        "One row per connection and entity: what has landed.",
        {
            "connection": ("varchar", "System that delivers the files"),
            "entity": ("varchar", "Entity of the input contract"),
            "rows_read": ("bigint", "Rows of all files"),
            "rows_landed": ("bigint", "Rows that landed"),
            "rows_quarantined": ("bigint", "Rows that were put aside"),
            "last_loaded_at": ("timestamp", "Last load (UTC)"),
        },
    ),
    "ledger": (
        "One row per KPI, period type, period, scope and release: the value that the release published.",
        {
            "kpi": ("varchar", "KPI, as in kpi_scorecard"),
            "period_type": ("varchar", "Type of the period, as in kpi_scorecard"),
            "period_start": ("date", "First day of the period, as in kpi_scorecard"),
            "scope": ("varchar", "Type of scope and scope: company:company, channel:events, …"),
            "release_id": ("varchar", "Release that published the value"),
            "publication_number": (
                "bigint",
                "Number of the publication: releases in the order in which they were shown",
            ),
            "value": ("double", "Value as it was published"),
        },
    ),
    "publications": (
        "One row per publication, this one included.",
        {
            "number": ("bigint", "Number of the publication"),
            "release_id": ("varchar", "Release that was published"),
            "published_at": ("timestamp", "When (UTC)"),
            "as_of": ("timestamp", "What was known up to this instant is in its figures (UTC)"),
            "project_version": ("varchar", "Version of Leitstand"),
            "definition_version": ("varchar", "Digest of the definitions"),
        },
    ),
    "definition_changes": (
        "One row per publication and definition that changed with it.",
        {
            "number": ("bigint", "Number of the publication"),
            "definition": ("varchar", "File of the agreement"),
            "rows_added": ("bigint", "Rows that came"),
            "rows_removed": ("bigint", "Rows that went"),
            "rows_changed": ("bigint", "Rows whose values changed"),
            "rows_of_history": ("bigint", "Of these, rows valid before the day of the publication's as_of"),
        },
    ),
}
"""Each table of the schema `meta`: what a row is, and the type and meaning of each column."""


def make_tables(db: duckdb.DuckDBPyConnection, catalogue: str) -> None:
    """Make the schema `meta` of a database and all these tables, empty; its schema `kpi` is there."""
    db.execute(f"create schema {catalogue}.meta")
    restatement = {
        column.name: (
            column.data_type,
            commented(column.description, {"role": column.role, "additive_over": column.additive_over}),
        )
        for column in RESTATEMENT_COLUMNS
    }
    tables: dict[str, _Table] = {f"meta.{name}": table for name, table in META.items()}
    tables[f"kpi.{RESTATEMENT_TABLE}"] = (RESTATEMENT_DESCRIPTION, restatement)
    for name, (description, columns) in tables.items():
        typed = ", ".join(f"{column} {data_type}" for column, (data_type, _) in columns.items())
        db.execute(f"create table {catalogue}.{name} ({typed})")
        comment(
            db, f"{catalogue}.{name}", description, {column: text for column, (_, text) in columns.items()}
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
    nodes: Mapping[str, list[dict[str, Any]]],
    verdict: Verdict,
    publication: Publication,
) -> None:
    """Fill `meta.release`, `meta.weakened` and `meta.columns`; the warehouse is attached.

    `nodes` are the published tables by schema, as dbt's manifest has models.
    """
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
        "insert into meta.columns values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                schema,
                node["name"],
                column["name"],
                column["data_type"],
                column["name"] in node["config"]["meta"]["key"],
                column["config"]["meta"].get("role", "dimension"),
                *(column["config"]["meta"].get(k, []) for k in ("additive_over", "numerator", "denominator")),
                " ".join(column["description"].split()),
            ]
            for schema, models in nodes.items()
            for node in models
            for column in node["columns"].values()
        ]
        + [
            [
                "kpi",
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
