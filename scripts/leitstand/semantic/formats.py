"""An answer as bytes: CSV, JSON, Parquet or Arrow."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def as_csv(table: pa.Table) -> bytes:
    """Comma-separated values with a header, in UTF-8."""
    from pyarrow import csv

    sink = io.BytesIO()
    csv.write_csv(table, sink, csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def as_json(table: pa.Table) -> bytes:
    """A list of one object a row; dates in ISO 8601, money as a number."""
    text = json.dumps(table.to_pylist(), default=plain, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def as_parquet(table: pa.Table) -> bytes:
    """A Parquet file."""
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(table, sink)
    return sink.getvalue()


def as_arrow(table: pa.Table) -> bytes:
    """An Arrow IPC file."""
    from pyarrow import ipc

    sink = io.BytesIO()
    with ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


WRITERS: dict[str, Callable[[pa.Table], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
    "arrow": as_arrow,
}


def plain(value: Any) -> Any:
    """A value as JSON has it.

    Raises:
        TypeError: JSON has no such value.
    """
    if isinstance(value, decimal.Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and value.as_tuple().exponent == 0
            else float(value)
        )
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"expected a date or a number, found {type(value).__name__}")
