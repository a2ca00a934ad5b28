"""Great Expectations runs once for all tests here: its import alone takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.deliveries import judged
from gate.publications import LEAKY, NODES, publish_tables
from leitstand.gate import Check
from leitstand.gate.border import judge
from leitstand.gate.border.audit import AuditPage
from leitstand.gate.border.published import judge_published
from leitstand.gate.border.suite import load_rules
from leitstand.gate.lineage import Lineage
from leitstand.land.lake import Lake


def lineage() -> Lineage:
    """Persons feed two published tables and a third that is not; each published table stands for itself."""
    models = {f"model.leitstand.{n['name']}": n for n in [*NODES, *LEAKY]}
    hidden = {
        "model.leitstand.stg_persons": {"resource_type": "model", "name": "stg", "config": {"meta": {}}}
    }
    persons = "source.leitstand.files.persons"
    return Lineage(
        {
            "nodes": models | hidden,
            "sources": {persons: {"source_name": "files", "name": "persons"}},
            "child_map": {
                persons: ["model.leitstand.stg_persons"],
                "model.leitstand.stg_persons": ["model.leitstand.fine", "model.leitstand.kpi_scorecard"],
            },
        }
    )


@pytest.fixture(scope="session")
def gate_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the gate writes."""
    return tmp_path_factory.mktemp("files") / "gate"


@pytest.fixture(scope="session")
def checks(tmp_path_factory: pytest.TempPathFactory, gate_files: Path) -> Iterator[dict[str, Check]]:
    """All checks of the border on loads and tables with a fault each, by name."""
    with judged(tmp_path_factory.mktemp("lake")) as db:
        publish_tables(db)
        lake = Lake(tmp_path_factory.mktemp("names"))
        judge_published(db, [*NODES, *LEAKY], ["sound"], lake, load_rules())
        yield {
            check.name: check
            for check in judge(db, lineage(), AuditPage(gate_files / "audit", "Werk <b>", "en"))
        }
