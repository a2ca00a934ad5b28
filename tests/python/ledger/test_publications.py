"""Publications one after another: what readers see, and what is left of one that broke off."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ledger.publishing import ROWS, publish, write
from leitstand import publish as publishing_module
from leitstand.config import Company
from leitstand.errors import BadInput, LeitstandError
from leitstand.gate import Verdict
from leitstand.ledger import VALUES, Ledger, prune, release_on
from leitstand.publish import current_release

HOLD = """
import sys, duckdb
db = duckdb.connect(sys.argv[1], read_only=True)
look = "select count(*), min(value), max(value) from kpi.kpi.kpi_scorecard"
for line in sys.stdin:
    print(*db.execute(look).fetchone(), flush=True)
"""
PUBLISH = """
import sys
sys.path.insert(0, sys.argv[1])
import pathlib, itertools
from ledger.publishing import publish
from leitstand.config import load_company
company = load_company(pathlib.Path(sys.argv[2]))
for number in itertools.count(1000 * int(sys.argv[3])):
    publish(company, number, "2026-07-01T05:00:00")
    print("published", flush=True)
"""
LOOK = """
import sys, duckdb
while True:
    with duckdb.connect(sys.argv[1], read_only=True) as db:
        rows = db.execute("select count(*), min(value), max(value) from kpi.kpi.kpi_scorecard").fetchone()
    print(*rows, flush=True)
"""


def reader(code: str, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return [int(word) for word in process.stdout.readline().split()]


def test_readers_see_one_publication_or_the_next_while_ten_go_by(company: Company) -> None:
    """One holds the file open all the while, one opens it again and again, and new ones see the new."""
    publish(company, 0, "2026-06-01T05:00:00")
    held = publish(company, 1, "2026-07-01T05:00:00")
    file = company.releases / "current" / "kpi.duckdb"
    holding, looking = reader(HOLD, file), reader(LOOK, file)
    assert ask(holding) == [ROWS, 1, 1]
    assert looking.stdout and looking.stdout.readline()
    for value in range(2, 12):
        # so far apart that releases are removed by their age, but for the one that is held
        publish(company, value, f"{2026 + value}-07-01T05:00:00", f"{2026 + value // 4}-07-01T04:00:00")
        assert ask(holding) == [ROWS, 1, 1]
        with duckdb.connect(str(file), read_only=True) as db:
            assert db.execute("select max(value) from kpi.kpi.kpi_scorecard").fetchall() == [(value,)]
    looking.terminate()
    seen, errors = looking.communicate()
    rows = [[int(word) for word in line.split()] for line in seen.splitlines()[:-1]]
    assert "Error" not in errors
    assert all(count == ROWS and low == high for count, low, high in rows)
    assert [low for _, low, _ in rows] == sorted(low for _, low, _ in rows)
    holding.communicate()
    assert holding.returncode == 0
    releases = {path.name[-2:] for path in company.releases.glob("20*")}
    assert held.is_dir() and "02" not in releases


def test_a_publication_that_broke_off_before_it_was_shown_is_none(company: Company) -> None:
    shown = publish(company, 1, "2026-07-01T05:00:00")
    lost = write(company, 2, "2026-07-02T05:00:00").folder
    ledger = Ledger(company.releases)
    ledger.begin()
    assert [p.number for p in ledger.publications()] == [1]
    assert current_release(company) == shown
    publishing_module._settle(company)
    assert not lost.exists() and not ledger.draft.exists()
    again = publish(company, 2, "2026-07-03T05:00:00")
    assert [(p.number, p.release_id) for p in ledger.publications()] == [(1, shown.name), (2, again.name)]


def test_a_publication_that_broke_off_after_it_was_shown_counts(company: Company) -> None:
    release = write(company, 1, "2026-07-01T05:00:00")
    publishing_module._link(company, release.release_id)
    publishing_module._settle(company)
    assert [p.release_id for p in Ledger(company.releases).publications()] == [release.release_id]
    assert release.folder.is_dir()


def test_a_publisher_that_is_killed_at_any_moment_leaves_one_last_publication(company: Company) -> None:
    """It publishes without a pause; whenever it is killed, what is shown is what the ledger ends with."""
    ledger = Ledger(company.releases)
    for attempt, seconds in enumerate((0.01, 0.07, 0.16, 0.26)):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                PUBLISH,
                str(Path(__file__).parents[1]),
                str(company.folder),
                str(attempt),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout and process.stdout.readline() == "published\n"
        time.sleep(seconds)
        process.kill()
        process.wait()
        publishing_module._settle(company)
        publications = ledger.publications()
        assert [p.number for p in publications] == list(range(1, len(publications) + 1))
        current = current_release(company)
        assert current and current.name == publications[-1].release_id
        with duckdb.connect(str(current / "kpi.duckdb"), read_only=True) as db:
            assert db.execute("select release_id from meta.release").fetchall() == [(current.name,)]


def test_a_clock_that_was_set_back_changes_no_order(company: Company, tmp_path: Path) -> None:
    """The next publication is dated as the one before it, and is the one that the day shows."""
    publish(company, 1, "2999-07-01T05:00:00")
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": {}, "macros": {}, "metadata": {"project_name": "leitstand"}}))
    with duckdb.connect() as db:
        db.execute("attach ':memory:' as warehouse; create schema warehouse.landing")
        db.execute("create table warehouse.landing.loads as select 7 as load_number")
        columns = "load_number, connection, entity, file_name, file_hash, mapping_hash, rows_landed"
        nulls = ", ".join(f"null as {column}" for column in columns.split(", "))
        db.execute(f"create table warehouse.landing.files as select {nulls} where false")
        day, verdict = dt.datetime(2026, 7, 1), Verdict(1, 0, ())
        following = publishing_module._next_publication(db, company, manifest, "r", day, verdict)
    assert (following.number, following.published_at) == (2, dt.datetime(2999, 7, 1, 5))
    publish(company, 2, following.published_at.isoformat())
    ledger = Ledger(company.releases)
    assert release_on(ledger, dt.date(2999, 7, 1), "Europe/Berlin").number == 2
    with pytest.raises(BadInput, match="a first publication of 2999-07-01"):
        release_on(ledger, dt.date(2999, 6, 30), "Europe/Berlin")


def test_the_day_of_a_publication_is_that_of_the_company(company: Company) -> None:
    """23:30 in UTC is the next day in Berlin."""
    publish(company, 1, "2026-06-30T23:30:00")
    with pytest.raises(BadInput):
        release_on(Ledger(company.releases), dt.date(2026, 6, 30), "Europe/Berlin")
    assert release_on(Ledger(company.releases), dt.date(2026, 7, 1), "Europe/Berlin").number == 1


def test_old_releases_go_and_those_of_a_months_end_stay(company: Company) -> None:
    """Daily from May 1 to 4 and on June 1 and 2: the first and the last of each month stay."""
    days = ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-06-01", "2026-06-02"]
    folders = {
        day: publish(company, number, f"{day}T05:00:00", f"{day}T04:00:00") for number, day in enumerate(days)
    }
    ledger = Ledger(company.releases)
    assert prune(ledger, company.releases, 30, "Europe/Berlin") == []
    removed = prune(ledger, company.releases, 29, "Europe/Berlin")
    assert removed == [folders["2026-05-02"].name]
    assert prune(ledger, company.releases, 0, "Europe/Berlin") == [folders["2026-05-03"].name]
    assert sorted(day for day, folder in folders.items() if folder.exists()) == [days[0], *days[3:]]
    assert [p.number for p in ledger.publications()] == [1, 2, 3, 4, 5, 6]
    with duckdb.connect() as db:
        assert db.execute(f"select count(*) from {ledger.read(db, VALUES)}").fetchall() == [(6,)]


def test_a_release_that_is_read_stays(company: Company) -> None:
    folders = [publish(company, n, f"2026-0{n}-02T05:00:00", f"2026-05-0{n}T04:00:00") for n in range(1, 6)]
    holding = reader(HOLD, folders[1] / "kpi.duckdb")
    assert ask(holding) == [ROWS, 2, 2]
    assert prune(Ledger(company.releases), company.releases, 0, "UTC") == [folders[2].name]
    holding.communicate()
    assert prune(Ledger(company.releases), company.releases, 0, "UTC") == [folders[1].name]


@pytest.mark.parametrize("name", ["publication.json", VALUES])
def test_a_damaged_file_of_the_ledger_is_one_message(company: Company, name: str) -> None:
    publish(company, 1, "2026-07-01T05:00:00")
    ledger = Ledger(company.releases)
    file = ledger.path(1) / name
    file.write_bytes(file.read_bytes()[:40])
    with (
        pytest.raises(LeitstandError, match=rf"000001/{name}: expected a file of the ledger"),
        duckdb.connect() as db,
    ):
        ledger.last()
        ledger.read(db, VALUES)


def test_values_that_version_0_3_wrote_are_kept(company: Company) -> None:
    publish(company, 1, "2026-07-01T05:00:00")
    ledger = Ledger(company.releases)
    duckdb.execute(
        "copy (select 'mqls' as kpi, date '2026-05-01' as period_start, 'company:company' as scope, "
        f"'2026-06-01-a' as release_id, 3.0::double as value) to '{ledger.folder}/2026-06-01-a.parquet'"
    )
    with duckdb.connect() as db:
        rows = db.execute(f"select release_id, publication_number from {ledger.read(db, VALUES)}").fetchall()
    assert sorted(rows) == [("2026-06-01-a", None), ("2026-07-01-0000000001", 1)]
