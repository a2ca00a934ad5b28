"""Comments on published tables and columns: what they mean, and how a column may be summed.

BI tools show these comments beside the data. What adds up over what stands in `meta.columns`, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from leitstand.land.sql import identifier, literal


def comment(db: duckdb.DuckDBPyConnection, table: str, description: str, columns: Mapping[str, str]) -> None:
    """Comment a table, named with its schema, and its columns."""
    db.execute(f"comment on table {table} is {_one_line(description)}")
    for name, text in columns.items():
        db.execute(f"comment on column {table}.{identifier(name)} is {_one_line(text)}")


def commented(description: str, meta: Mapping[str, Any]) -> str:
    """The comment of a column: its description, and in words how it may be summed."""
    match meta.get("role"):
        case "additive" if meta.get("additive_over"):
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
