"""What a published file says of itself: comments on every table and column, and how a column may be summed.

BI tools show these comments beside the data. What adds up over what stands in `meta.columns`, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from leitstand.land.sql import identifier, literal

META: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "release": (
        "One row: this release.",
        {
            "release_id": "Day of as_of and a digest of the figures, checks and definitions",
            "published_at": "When it was published (UTC)",
            "as_of": "What is known up to this instant is in the figures (UTC)",
            "project_version": "Version of Leitstand",
            "definition_version": "Digest of the definitions; it changes whenever the agreement does",
            "checks_passed": "Checks that passed",
            "checks_failed": "Checks that did not pass; none of them was binding, unless tables are weakened",
            "weakened_marts": "Tables that cannot be trusted; meta.weakened says why",
            "reporting_currency": "Currency of all amounts whose column names no other",
            "report_timezone": "Time zone in which months and days begin",
            "minimum_sample": "Fewest cases that a status is given for",
            "company_name": "Company that the figures speak of",
        },
    ),
    "weakened": (
        "One row per table that was published although checks failed; none, normally.",
        {
            "table_name": "Table that cannot be trusted",
            "failed_checks": "Checks that failed",
            "reason": "Why it was published all the same",
            "requested_by": "Who asked for it",
            "requested_at": "When (UTC)",
        },
    ),
    "columns": (
        "One row per published table and column: what it means, and how it may be summed.",
        {
            "table_name": "Table",
            "column_name": "Column",
            "data_type": "Type, as the contract of the table has it",
            "is_key": "True where the column is part of the key of its table",
            "role": "dimension, additive (may be summed over additive_over), ratio or non_additive",
            "additive_over": "Dimensions over which an additive column may be summed, and over no others",
            "numerator": "Additive columns whose sums make the numerator of a ratio",
            "denominator": "Additive columns whose sums make its denominator; empty where it has no parts",
            "description": "What the column means",
        },
    ),
    "data_state": (
        "One row per connection and entity: what has landed.",
        {
            "connection": "System that delivers the files",
            "entity": "Entity of the input contract",
            "rows_read": "Rows of all files",
            "rows_landed": "Rows that landed",
            "rows_quarantined": "Rows that were put aside",
            "last_loaded_at": "Last load (UTC)",
        },
    ),
    "ledger": (
        "One row per KPI, period type, period, scope and release: the value that the release published.",
        {
            "kpi": "KPI, as in kpi_scorecard",
            "period_type": "Type of the period, as in kpi_scorecard",
            "period_start": "First day of the period, as in kpi_scorecard",
            "scope": "Type of scope and scope: company:company, channel:events, …",
            "release_id": "Release that published the value",
            "publication_number": "Number of the publication: releases in the order in which they were shown",
            "value": "Value as it was published",
        },
    ),
}


def comment(db: duckdb.DuckDBPyConnection, table: str, description: str, columns: Mapping[str, str]) -> None:
    """Comment a table, named with its schema, and its columns."""
    db.execute(f"comment on table {table} is {_one_line(description)}")
    for name, text in columns.items():
        db.execute(f"comment on column {table}.{identifier(name)} is {_one_line(text)}")


def comment_meta(db: duckdb.DuckDBPyConnection) -> None:
    """Comment all tables of the schema `meta`."""
    for table, (description, columns) in META.items():
        comment(db, f"meta.{table}", description, columns)


def commented(description: str, meta: Mapping[str, Any]) -> str:
    """The comment of a column: its description, and in words how it may be summed."""
    match meta.get("role"):
        case "additive":
            rule = f"Adds up over {_listed(meta['additive_over'])}, and over nothing else."
        case "ratio" if meta.get("numerator"):
            top, below = (" + ".join(meta[part]) for part in ("numerator", "denominator"))
            rule = f"Over several rows: sum of {top}, divided by the sum of {below}; never a mean."
        case "ratio" | "non_additive":
            rule = "Does not add up: read one row at a time."
        case _:
            return description
    return f"{description.rstrip().rstrip('.')}. {rule}"


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _one_line(text: str) -> str:
    return literal(" ".join(text.split()))
