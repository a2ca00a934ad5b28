"""The warehouse file, as every step opens it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leitstand.warehouse import open_warehouse

STORAGE = "select tags['storage_version'] from duckdb_databases() where database_name = 'leitstand'"


def test_cursors_read_instants_as_utc(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "leitstand.duckdb") as db, db.cursor() as cursor:
        for session in (db, cursor):
            assert session.execute("select current_setting('timezone')").fetchall() == [("UTC",)]


def test_a_file_keeps_the_storage_format_that_it_was_made_with(tmp_path: Path) -> None:
    file, older = tmp_path / "leitstand.duckdb", tmp_path / "older" / "leitstand.duckdb"
    with open_warehouse(file) as db:
        db.execute("create table written as select 1")
    with open_warehouse(file) as db:
        assert db.execute(STORAGE).fetchall() == [("v1.5.0+",)]
    older.parent.mkdir()
    duckdb.connect(str(older)).close()
    with open_warehouse(older) as db:
        assert db.execute(STORAGE).fetchall() == [("v1.0.0+",)]
