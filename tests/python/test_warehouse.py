"""The warehouse file, as every step opens it."""

from __future__ import annotations

from pathlib import Path

from leitstand.warehouse import open_warehouse


def test_cursors_read_instants_as_utc(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "leitstand.duckdb") as db, db.cursor() as cursor:
        for session in (db, cursor):
            assert session.execute("select current_setting('timezone')").fetchall() == [("UTC",)]
