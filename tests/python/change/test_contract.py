"""What breaks a reader of the published tables, and what the changelog must say of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from change.manifests import Node, column, model
from leitstand.change.contract import contract_changes, declared_breaks
from leitstand.change.own_tables import (
    saved_made_here,
    saved_published,
    tables_made_here,
    tables_published,
)
from leitstand.change.state import published_nodes
from leitstand.config import PROJECT_ROOT, load_company
from leitstand.ledger.tables import RESTATEMENT_COLUMNS
from leitstand.release_tables import make_tables
from running import Company as RunCompany

HANDOVER = model(
    "kpi_handover",
    ["month", "team"],
    column("month", "date"),
    column("team", "varchar"),
    column("handovers", "bigint", "additive", ("month", "team")),
)


def changed(**columns: Node | None) -> Node:
    """The hand-over with other columns; None takes one away."""
    kept = {**HANDOVER["columns"], **columns}
    return HANDOVER | {"columns": {name: one for name, one in kept.items() if one is not None}}


def said(
    old: dict[str, Node], new: dict[str, Node], text: str, folder: Path
) -> list[tuple[str, str, bool, bool]]:
    file = folder / "CHANGELOG.md"
    file.write_text(text)
    return [(c.name, c.what, c.is_breaking, c.is_declared) for c in contract_changes(old, new, file)]


CASES = {
    "column removed": (changed(handovers=None), "kpi_handover.handovers", "column removed"),
    "column retyped": (
        changed(handovers=column("handovers", "double precision", "additive", ("month", "team"))),
        "kpi_handover.handovers",
        "type changed from bigint to double precision",
    ),
    "another role": (
        changed(handovers=column("handovers", "bigint", "non_additive")),
        "kpi_handover.handovers",
        "role changed from additive to non_additive",
    ),
    "adds up over less": (
        changed(handovers=column("handovers", "bigint", "additive", ("month",))),
        "kpi_handover.handovers",
        "no longer adds up over (team)",
    ),
    "another key": (
        HANDOVER | {"config": {"meta": {"key": ["month"], "published": True}}},
        "kpi_handover",
        "key changed from (month, team) to (month)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_breaks_a_reader_must_be_declared(case: str, tmp_path: Path) -> None:
    new, name, what = CASES[case]
    old = {"kpi_handover": HANDOVER}
    assert said(old, {"kpi_handover": new}, "", tmp_path) == [(name, what, True, False)]
    text = f"# Changelog\n\n## Unreleased\n\n- Breaking: `{name}` is not what it was.\n\n## 0.1.0\n"
    assert said(old, {"kpi_handover": new}, text, tmp_path) == [(name, what, True, True)]


def test_a_table_that_is_no_longer_published_breaks(tmp_path: Path) -> None:
    hidden = model("kpi_handover", ["month"], published=False)
    nodes = published_nodes({"nodes": {"model.leitstand.kpi_handover": hidden}})
    assert said({"kpi_handover": HANDOVER}, nodes, "", tmp_path) == [
        ("kpi_handover", "table removed", True, False)
    ]


def test_what_is_added_breaks_nobody(tmp_path: Path) -> None:
    new = {"kpi_handover": changed(late=column("late", "bigint")), "kpi_new": HANDOVER}
    assert said({"kpi_handover": HANDOVER}, new, "", tmp_path) == [
        ("kpi_new", "table added", False, False),
        ("kpi_handover.late", "column added, bigint", False, False),
    ]


def test_tables_that_no_model_makes_are_part_of_the_contract(tmp_path: Path) -> None:
    """As this code makes them nothing has changed; one column less, or of another type, breaks a reader."""
    file = tmp_path / "kpi.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("create schema kpi.kpi")
        make_tables(db, "kpi")
        db.execute(
            "insert into meta.columns (table_name, column_name, role, additive_over) values "
            + ", ".join(
                f"('kpi_restatement', '{c.name}', '{c.role}', {list(c.additive_over)})"
                for c in RESTATEMENT_COLUMNS
            )
        )
    assert said(tables_published(file), tables_made_here(), "", tmp_path) == []
    with duckdb.connect(str(file)) as db:
        db.execute("alter table kpi.kpi.kpi_restatement add column person varchar")
        db.execute("alter table kpi.meta.release alter checks_passed type integer")
        db.execute("alter table kpi.meta.weakened drop column reason")
        db.execute("update meta.columns set role = 'additive' where column_name = 'leads'")
        db.execute("create table kpi.meta.sources as select 1 as a")
    breaks = [
        ("meta.sources", "table removed", True, True),
        ("kpi_restatement.leads", "role changed from additive to non_additive", True, False),
        ("kpi_restatement.person", "column removed", True, False),
        ("meta.release.checks_passed", "type changed from integer to bigint", True, True),
        ("meta.weakened.reason", "column added, varchar", False, False),
    ]
    text = "## Unreleased\n\n- Breaking: meta.release.checks_passed and meta.sources.\n"
    assert said(tables_published(file), tables_made_here(), text, tmp_path) == breaks


def test_saved_queries_are_part_of_the_contract(own_company: RunCompany, tmp_path: Path) -> None:
    """As they were published nothing has changed; a column less, or of another type, breaks a reader."""
    file = tmp_path / "kpi.duckdb"
    shutil.copyfile(own_company.folder / "releases" / "current" / "kpi.duckdb", file)
    file.chmod(0o600)
    made = saved_made_here(load_company(own_company.folder))
    assert "metrics.pipeline_by_month" in made
    assert said(saved_published(file), made, "", tmp_path) == []
    with duckdb.connect(str(file)) as db:
        db.execute(
            "insert into meta.columns by name select * replace ('gone' as column_name) from meta.columns "
            "where table_name = 'pipeline_by_month' and column_name = 'opportunities'; "
            "update meta.columns set data_type = 'varchar' "
            "where table_name = 'handovers_by_team' and column_name = 'handovers'"
        )
    text = "## Unreleased\n\n- Breaking: metrics.pipeline_by_month.gone.\n"
    assert said(saved_published(file), made, text, tmp_path) == [
        ("metrics.handovers_by_team.handovers", "type changed from varchar to bigint", True, False),
        ("metrics.pipeline_by_month.gone", "column removed", True, True),
    ]


def test_only_the_unreleased_lines_that_begin_so_declare(tmp_path: Path) -> None:
    file = tmp_path / "CHANGELOG.md"
    file.write_text(
        "# Changelog\n\nBreaking: kpi_before.a\n\n## Unreleased\n\nBreaking: `kpi_a.b` and kpi_c go.\n"
        "* Breaking: kpi_d.e is a number.\nNot Breaking: kpi_f.g\n\n## 0.3.0\n\nBreaking: kpi_old.h\n"
    )
    names = declared_breaks(file)
    assert {"kpi_a.b", "kpi_c", "kpi_d.e"} <= names
    assert not {"kpi_before.a", "kpi_f.g", "kpi_old.h", "kpi_a", "kpi_d"} & names
    assert declared_breaks(tmp_path / "none.md") == set()


def test_a_column_does_not_declare_its_table(tmp_path: Path) -> None:
    text = "## Unreleased\n\nBreaking: kpi_handover.handovers\n"
    assert said({"kpi_handover": HANDOVER}, {}, text, tmp_path) == [
        ("kpi_handover", "table removed", True, False)
    ]


def test_the_projects_own_changelog_can_be_read() -> None:
    assert (PROJECT_ROOT / "CHANGELOG.md").is_file()
    assert isinstance(declared_breaks(PROJECT_ROOT / "CHANGELOG.md"), set)
