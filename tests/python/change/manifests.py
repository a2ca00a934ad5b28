"""Hand-made manifests: as much of one as a comparison reads."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]


def column(name: str, data_type: str, role: str = "dimension", over: tuple[str, ...] = ()) -> Node:
    return {
        "name": name,
        "data_type": data_type,
        "config": {"meta": {"role": role, "additive_over": list(over)}},
    }


def model(name: str, key: list[str], *columns: Node, published: bool = True, schema: str = "kpi") -> Node:
    return {
        "name": name,
        "unique_id": f"model.leitstand.{name}",
        "resource_type": "model",
        "schema": schema,
        "config": {"meta": {"key": key, "published": published}},
        "columns": {one["name"]: one for one in columns},
        "depends_on": {"macros": [], "nodes": []},
    }


def grouped_test(owner: str, severity: str = "ERROR", **arguments: Any) -> Node:
    """A test of many rules of one model."""
    return {
        "name": f"rules_{owner}",
        "unique_id": f"test.leitstand.rules_{owner}",
        "resource_type": "test",
        "attached_node": f"model.leitstand.{owner}",
        "config": {"severity": severity, "where": None, "meta": {}},
        "test_metadata": {"name": "row_rules", "kwargs": {"model": "{{ ref('x') }}", **arguments}},
        "depends_on": {"macros": ["macro.leitstand.test_row_rules"], "nodes": []},
    }


def singular_test(name: str, sql: str, severity: str = "ERROR", **config: Any) -> Node:
    """A test in SQL, with dbt's own settings unless it says otherwise."""
    return {
        "name": name,
        "unique_id": f"test.leitstand.{name}",
        "resource_type": "test",
        "config": {
            "enabled": True,
            "severity": severity,
            "where": None,
            "limit": None,
            "fail_calc": "count(*)",
            "warn_if": "!= 0",
            "error_if": "!= 0",
            "meta": {},
            **config,
        },
        "raw_code": sql,
        "depends_on": {"macros": [], "nodes": []},
    }


def manifest(*nodes: Node, macros: dict[str, tuple[str, list[str]]] | None = None, **units: str) -> Node:
    """A manifest of nodes, macros (SQL and what they use) and unit tests (name and expected value)."""
    return {
        "metadata": {"project_name": "leitstand", "env": {}, "user_id": None},
        "nodes": {node["unique_id"]: node for node in nodes},
        "macros": {
            f"macro.leitstand.{name}": {
                "package_name": "leitstand",
                "macro_sql": sql,
                "depends_on": {"macros": [f"macro.leitstand.{other}" for other in used]},
            }
            for name, (sql, used) in (macros or {}).items()
        },
        "unit_tests": {
            f"unit_test.leitstand.{name}": {
                "name": name,
                "resource_type": "unit_test",
                "config": {"enabled": True},
                "given": [],
                "expect": expected,
            }
            for name, expected in units.items()
        },
    }
