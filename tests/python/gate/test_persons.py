"""Whom the sources name is found in published texts, whole or within others; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from leitstand.config import PROJECT_ROOT
from leitstand.gate.persons import NAMES, VALUES, Finding, find_persons, note_persons
from leitstand.land.lake import KeptFile, Lake, Load
from leitstand.land.mapping import Mapping

FILES = {
    "persons": (("Vorname", "Nachname", "Firma"), [("Elena", "Groß", "Mühle Ritter"), ("Ute", "", "Werk")]),
    "users": (("Benutzer-ID", "Name"), [("U1", "Anna-Maria von Behren"), ("U2", "Vertrieb")]),
    "accounts": (("Account-ID", "Name"), [("A1", "Fair Web")]),
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse whose sources know one address and two full names."""
    lake = Lake(tmp_path / "lake")
    draft = lake.begin()
    mapping = Mapping.model_validate(yaml.safe_load((PROJECT_ROOT / "mappings" / "crm.yml").read_text()))
    with duckdb.connect() as db:
        kept = []
        for entity, (header, rows) in FILES.items():
            titles = ", ".join(f'"{title}"' for title in header)
            values = ", ".join(map(str, rows))
            db.execute(
                f"copy (select *, 1 as line_number from (values {values}) as t ({titles})) "
                f"to '{draft / f'{entity}.parquet'}' (format parquet)"
            )
            entry = next(e for e in mapping.files if {feed.entity for feed in e.feeds} == {entity})
            kept.append(
                KeptFile(
                    connection="crm",
                    file_name=f"{entity}.csv",
                    file_hash="x",
                    mapping_hash="x",
                    parquet=f"{entity}.parquet",
                    lines=len(rows),
                    header=header,
                    native=(),
                    entry=entry,
                )
            )
        lake.put(Load(load_number=1, loaded_at="2026-07-01T04:00:00", files=tuple(kept)))
        db.execute("create schema raw_crm; create schema kpi; create schema meta")
        db.execute("create table raw_crm.persons as select 'Elena@Firma.example' as email, '0301' as phone")
        note_persons(db, "memory", ["crm", "web"], lake)
        yield db


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ELENA GROß", NAMES),
        ("Messe mit Groß, Elena (2026)", NAMES),
        ("owner_anna-maria_von_behren", NAMES),
        ("owner: anna-maria von  Behren", NAMES),
        ("elena@firma.example", VALUES),
        ("Elena", None),
        ("Elena Großmann", None),
        ("Vertrieb", None),
        ("Fair Web", None),
        ("0301", None),
    ],
)
def test_a_person_is_found_and_nobody_else(
    db: duckdb.DuckDBPyConnection, text: str, kind: str | None
) -> None:
    db.execute("create table kpi.kpi_x as select unnest(['web', ?]) as channel, 3 as leads", [text])
    expected = [Finding("kpi.kpi_x", "channel", kind, 1)] if kind else []
    assert find_persons(db, "memory", ["kpi.kpi_x"]) == expected


def test_lists_are_searched_and_tables_that_are_not_named_are_not(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("create table meta.weakened as select ['a', 'as Elena Groß said'] as failed_checks")
    assert find_persons(db, "memory", ["meta.weakened"]) == [
        Finding("meta.weakened", "failed_checks", NAMES, 1)
    ]
    assert find_persons(db, "memory", ["meta.release"]) == []
