"""What has landed, copied as it is from the warehouse file into Postgres."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ci.postgres_twin.compare import attach
from ci.postgres_twin.server import Server

# Everything that dbt reads and does not make: raw rows, the ledger of loads, the key of the pseudonyms.
LANDED = """
    select schema_name, table_name
    from duckdb_tables()
    where
        database_name = 'duckdb'
        and (starts_with(schema_name, 'raw_') or schema_name in ('landing', 'keyring'))
    order by all
"""


def land(warehouse: Path, server: Server) -> int:
    """Copy all landed tables and return how many rows there are."""
    rows = 0
    with duckdb.connect() as db:
        attach(db, warehouse, server)
        for schema, table in db.execute(LANDED).fetchall():
            db.execute(f'create schema if not exists postgres."{schema}"')
            db.execute(f'create table postgres."{schema}"."{table}" as from duckdb."{schema}"."{table}"')
            copied = db.execute(f'select count(*) from postgres."{schema}"."{table}"').fetchone()
            rows += copied[0] if copied else 0
        db.execute("call postgres_execute('postgres', 'analyze')")
    return rows
