"""How DuckDB joins: what is compared by key is never compared row by row with all others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from leitstand.config import PROJECT_ROOT
from running import Company

OUTER = {"LEFT", "RIGHT", "FULL", "OUTER"}


def test_no_outer_join_by_key_is_a_nested_loop(demo: Company) -> None:
    """A text beside the key makes it one: `left join a on b.kind = 'x' and b.key = a.key`.

    It grows with the product of both. Say `on case when b.kind = 'x' then b.key end = a.key`.
    """
    compiled = PROJECT_ROOT / "target" / "compiled" / "leitstand" / "models"
    files = sorted(file for file in compiled.rglob("*.sql") if file.parent.suffix != ".yml")
    with duckdb.connect(str(demo.folder / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        found = {file.stem: list(nested_loops(db, file.read_text(encoding="utf-8"))) for file in files}
    assert len(found) > 200
    assert {name: loops for name, loops in found.items() if loops} == {}


def nested_loops(db: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """The conditions with a text and a key on which an outer join compares every row with every other."""
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
