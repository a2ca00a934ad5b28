"""A load that was refused stays refused, whatever lands after it, until somebody says that it is meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from gate.conftest import lineage
from gate.deliveries import COUNTS, begin, deliver, judge_all
from leitstand.config import Company
from leitstand.gate import Check, Status
from leitstand.gate.border import _table, published_up_to
from leitstand.gate.border.checks import to_checks
from leitstand.gate.border.expectations import validate
from leitstand.gate.border.suite import load_suites
from leitstand.ledger import Ledger, Publication, Weakened
from tiny_company import TinyCompany

(VOLUME,) = [suite for suite in load_suites() if suite.name == "landed_volume"]
WEAKENED = Weakened(
    reason="The board meets at nine",
    by="jana",
    at=dt.datetime(2026, 6, 9, 5),
    weakened_marts=("kpi_handover",),
    failed_checks=("landed_volume.crm",),
)


def volume(db: duckdb.DuckDBPyConnection) -> Check:
    """What Great Expectations says of the rows of the loads judged."""
    table = _table(db, VOLUME.name)
    outcome = validate({VOLUME.name: table}, [VOLUME], dt.datetime(2026, 6, 10))
    (check,) = to_checks(db, VOLUME, outcome[VOLUME.name], lineage(), 8)
    return check


def test_a_refused_load_stays_refused_until_it_is_said_to_be_meant(tmp_path: Path) -> None:
    """Eight sound loads are published; the ninth has a tenth of the rows, the tenth has all of them again."""
    with duckdb.connect() as db:
        begin(db, ["crm"], 9)
        for number in range(1, 9):
            deliver(db, "crm", number)
        deliver(db, "crm", 9, rows=100)
        judge_all(db, tmp_path, published=8)
        assert volume(db).closes

        db.execute("insert into landing.loads values (10, '2026-06-10 04:00:00')")
        deliver(db, "crm", 10)
        judge_all(db, tmp_path, published=8)
        check = volume(db)
        assert check.closes and check.failures == 1
        assert check.keys == ("rows of crm.persons in load 9 of 2026-06-09",)
        # the sound one is judged too, by a history in which the refused one is one of nine
        assert db.execute(
            "select load_number, found, loads from judged where measure = 'rows' order by 1"
        ).fetchall() == [(9, 100, 8), (10, COUNTS[0], 9)]

        judge_all(db, tmp_path, published=8, history_from={"crm": dt.date(2026, 6, 10)})
        opened = volume(db)
        assert (opened.status, opened.closes) == (Status.could_not_run, False)

        # once published, it is judged no longer
        judge_all(db, tmp_path, published=9)
        assert volume(db).status is Status.passed


def test_where_nothing_is_published_each_load_with_a_history_is_judged(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        begin(db, ["crm"], 12)
        for number in range(1, 13):
            deliver(db, "crm", number, rows=100 if number == 10 else None)
        judge_all(db, tmp_path, published=0)
        judged = (
            "select load_number, found between lower and upper from judged where measure = 'rows' order by 1"
        )
        assert db.execute(judged).fetchall() == [(9, True), (10, False), (11, True), (12, True)]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return TinyCompany(tmp_path / "company").set().company


def publish(company: Company, number: int, last_load: int, weakened: Weakened | None = None) -> None:
    """Put a publication of the loads up to one into the ledger."""
    ledger = Ledger(company.releases)
    ledger.begin()
    at = dt.datetime(2026, 6, number)
    publication = Publication(
        number=number,
        release_id=f"r{number}",
        published_at=at,
        as_of=at,
        project_version="1",
        code_version="1",
        definition_version="1",
        variables={},
        last_load=last_load,
        data_version="1",
        weakened=weakened,
    )
    ledger.put(publication)
    ledger.confirm(number)


def test_what_is_judged_begins_after_the_last_sound_publication(company: Company) -> None:
    with duckdb.connect() as db:
        begin(db, [], 9)
        assert published_up_to(company, db) == 0
        publish(company, 1, 5)
        publish(company, 2, 7)
        assert published_up_to(company, db) == 7
        # what was let out as untrustworthy is judged again
        publish(company, 3, 8, WEAKENED)
        assert published_up_to(company, db) == 7
        # the same loads give the same judgement, before and after they are published
        publish(company, 4, 9)
        assert published_up_to(company, db) == 7
        # loads numbered anew, since lake and warehouse were lost
        publish(company, 5, 20)
        assert published_up_to(company, db) == 0
