"""The exports of the synthetic company, made once and read as their systems wrote them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

SEED = 20260701
BERLIN = ZoneInfo("Europe/Berlin")
Row = dict[str, str]


def read(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def utc(text: str) -> dt.datetime | None:
    """The instant of a German local time; None where it is no time at all."""
    try:
        local = dt.datetime.fromisoformat(f"{text[6:10]}-{text[3:5]}-{text[:2]} {text[11:]}")
    except ValueError:
        return None
    return local.replace(tzinfo=BERLIN).astimezone(dt.UTC).replace(tzinfo=None)


def cents(german: str) -> int:
    return int(german.replace(".", "").replace(",", ""))


@dataclass
class Exports:
    """The files of one run, read once."""

    folder: Path

    def crm(self, name: str) -> list[Row]:
        return read(self.folder / "crm" / name, "utf-8-sig", ";")

    def key(self, name: str) -> list[Row]:
        return read(self.folder / "answer_key" / name)

    def legacy(self, name: str) -> list[Row]:
        return read(self.folder / "crm_legacy" / name, delimiter=";")

    def automation(self, name: str) -> list[Row]:
        return read(self.folder / "automation" / name)

    @cached_property
    def leads(self) -> list[Row]:
        return self.crm("leads.csv")

    @cached_property
    def contacts(self) -> list[Row]:
        return self.crm("kontakte.csv")

    @cached_property
    def changes(self) -> list[Row]:
        return self.crm("historie.csv")

    @cached_property
    def activities(self) -> list[Row]:
        return self.crm("aktivitaeten.csv")

    @cached_property
    def touches(self) -> list[dict[str, Any]]:
        relation = duckdb.sql(f"from '{self.folder / 'web/touches.parquet'}'")
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    @cached_property
    def noise(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(
            (self.folder / "answer_key" / "noise.json").read_text(encoding="utf-8")
        )
        return content

    @cached_property
    def origin(self) -> dict[str, str]:
        return {row["person_id"]: row["origin_path"] for row in self.key("sources.csv")}

    @cached_property
    def stages(self) -> list[Row]:
        return self.key("stages.csv")

    @cached_property
    def person_of(self) -> dict[str, str]:
        """Keys differ between systems, so the record alone names its human."""
        return {row["record_id"]: row["person_id"] for row in self.key("persons.csv")}

    @cached_property
    def internal(self) -> set[str]:
        return {row["person_id"] for row in self.key("persons.csv") if row["is_excluded"] == "true"}

    def monthly(self, stage: str, origin: str | None = None) -> Counter[str]:
        return Counter(
            row["reached_at"][:7]
            for row in self.stages
            if row["stage"] == stage and origin in (None, self.origin[row["person_id"]])
        )
