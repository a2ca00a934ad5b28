"""A release as the contract of the models has it, without a build."""

from __future__ import annotations

from functools import cache

import yaml

from leitstand.bi.dashboards import HEADLINE
from leitstand.bi.release import Column, PublishedRelease, Table
from leitstand.config import PROJECT_ROOT
from leitstand.release_tables import META

TYPES = {"decimal": "DECIMAL(18,2)", "double": "DOUBLE"}


@cache
def release_of_contract(company: str = "Muster GmbH") -> PublishedRelease:
    """All published tables as the YAML beside the models describes them."""
    tables = []
    for page in sorted((PROJECT_ROOT / "models" / "marts").rglob("*.yml")):
        content = yaml.load(page.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for model in content.get("models", []):
            meta = model.get("config", {}).get("meta", {})
            if meta.get("published"):
                tables.append(Table("kpi", model["name"], "", columns_of(model, meta["key"])))
    release = Table("meta", "release", "", tuple(Column(name, "VARCHAR", "") for name in META["release"][1]))
    return PublishedRelease(company, "EUR", (*tables, release), frozenset(names[0] for names in HEADLINE))


def columns_of(model: dict, key: list[str]) -> tuple[Column, ...]:
    """The columns of one model."""
    columns = []
    for column in model["columns"]:
        meta = column.get("config", {}).get("meta", {})
        kind = next((name for start, name in TYPES.items() if column["data_type"].startswith(start)), None)
        lists = (tuple(meta.get(name, ())) for name in ("additive_over", "numerator", "denominator"))
        columns.append(
            Column(
                column["name"],
                kind or column["data_type"].upper(),
                column["description"],
                column["name"] in key,
                meta.get("role", "dimension"),
                *lists,
            )
        )
    return tuple(columns)
