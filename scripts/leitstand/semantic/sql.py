"""Names and texts as SQL has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


def quoted(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text in single quotes."""
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def rewritten(db: duckdb.DuckDBPyConnection, schema: str) -> Iterator[str]:
    """Write a schema anew, all of it or nothing; gives its quoted name. One thread makes the same bytes.

    Where the block fails, what stood in the schema stays.
    """
    db.execute("set threads = 1")
    db.execute("begin")
    try:
        db.execute(f"drop schema if exists {quoted(schema)} cascade")
        db.execute(f"create schema {quoted(schema)}")
        yield quoted(schema)
    except BaseException:
        db.execute("rollback")
        raise
    else:
        db.execute("commit")
    finally:
        db.execute("reset threads")
