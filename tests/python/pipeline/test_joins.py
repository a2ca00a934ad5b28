"""How DuckDB joins: an outer join by a key with a text beside it compares every row with every other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from emptied import compiled
from running import Company

OUTER = {"LEFT", "RIGHT", "FULL", "OUTER"}
TWO = "with a(key, kind) as (from range(9) as t(i) select i, 'x'), b(key) as (from range(9)) from a "


def test_a_text_beside_a_key_makes_a_nested_loop() -> None:
    with duckdb.connect() as db:
        assert list(nested_loops(db, f"{TWO} left join b on a.kind = 'x' and a.key = b.key"))
        by_key = f"{TWO} left join b on case when a.kind = 'x' then a.key end = b.key"
        assert list(nested_loops(db, by_key)) == []


def test_no_model_joins_so(demo: Company) -> None:
    """It grows with the product of both tables."""
    manifest = json.loads((demo.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    models = {
        node["name"]: compiled(node["original_file_path"].removesuffix(".sql"))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    with duckdb.connect(str(demo.folder / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        found = {name: loops for name, sql in models.items() if (loops := list(nested_loops(db, sql)))}
    assert models and found == {}


def nested_loops(db: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """The conditions with a text of outer joins that are nested loops."""
    row = db.execute(f"explain (format json) {sql}").fetchone()
    assert row is not None
    ahead: list[dict[str, Any]] = json.loads(row[1])
    while ahead:
        node = ahead.pop()
        ahead += node.get("children", [])
        info = node.get("extra_info", {})
        condition = str(info.get("Condition", ""))
        if (
            node["name"] == "BLOCKWISE_NL_JOIN"
            and info.get("Join Type") in OUTER
            and re.search(r"\b\w+ = '", condition)
        ):
            yield condition
