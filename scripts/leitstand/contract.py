"""The input contract, read from the page that dbt reads: `models/staging/files/_files__sources.yml`."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from leitstand.config import PROJECT_ROOT

CONTRACT_FILE = PROJECT_ROOT / "models" / "staging" / "files" / "_files__sources.yml"


class Column(BaseModel):
    """One column of an entity: its raw type and what a value must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    data_type: str
    description: str
    required: bool = False
    values: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    positive: bool = False
    currency: bool = False
    not_before: str | None = None
    constant_per: tuple[str, ...] = ()
    derived: bool = False
    bookkeeping: bool = False

    @property
    def precision_column(self) -> str | None:
        """The column that says how exact this instant is; None for other columns."""
        return f"{self.name.removesuffix('_at')}_precision" if self.data_type == "timestamp" else None


class Entity(BaseModel):
    """One table of the contract."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def mapped(self) -> dict[str, Column]:
        """The columns that a mapping may feed, by name."""
        return {c.name: c for c in self.columns if not (c.derived or c.bookkeeping)}


@cache
def load_contract() -> dict[str, Entity]:
    """All entities by name."""
    source = yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))["sources"][0]
    return {table["name"]: _entity(table) for table in source["tables"]}


def _entity(table: dict[str, Any]) -> Entity:
    columns = tuple(
        Column(
            name=column["name"],
            data_type=column["data_type"],
            description=column["description"],
            **column.get("config", {}).get("meta", {}),
        )
        for column in table["columns"]
    )
    return Entity(
        name=table["name"],
        description=table["description"],
        key=tuple(table["config"]["meta"]["key"]),
        columns=columns,
    )
