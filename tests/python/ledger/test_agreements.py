"""Which publications there were, and which files of definitions each changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from leitstand.ledger import Ledger, Publication, write_agreements
from leitstand.release_tables import make_tables

HEADER = "channel,sort_order,is_marketing,touch_role,label_en,label_de,owner,valid_from,valid_to\n"
SEARCH = "search,1,true,credited,{label},Suche,Marketing,2020-01-01,\n"
MAIL = "mail,2,true,credited,ask@example.com,Post,Marketing,2020-01-01,\n"


def publication(number: int) -> Publication:
    return Publication(
        number=number,
        release_id=f"release-{number}",
        published_at=dt.datetime(2026, number, 2),
        as_of=dt.datetime(2026, number, 1),
        project_version="1",
        code_version="c",
        definition_version=f"d{number}",
        variables={},
        last_load=0,
        data_version="x",
    )


def begin(ledger: Ledger, channels: str) -> None:
    definitions = ledger.begin() / "definitions"
    definitions.mkdir()
    (definitions / "channels.csv").write_text(HEADER + channels, encoding="utf-8")


def test_rows_of_the_agreement_are_counted_and_stay_out(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    begin(ledger, SEARCH.format(label="Search"))
    ledger.put(publication(1))
    ledger.confirm(1)
    begin(ledger, SEARCH.format(label="Paid search") + MAIL)
    with duckdb.connect() as db:
        db.execute("create schema kpi")
        make_tables(db, "memory")
        write_agreements(db, ledger, publication(2))
        assert db.execute("select number, release_id from meta.publications order by 1").fetchall() == [
            (1, "release-1"),
            (2, "release-2"),
        ]
        # one row changed and one added; both were valid before the second publication's day
        assert db.execute("from meta.definition_changes").fetchall() == [(2, "channels", 1, 0, 1, 2)]
