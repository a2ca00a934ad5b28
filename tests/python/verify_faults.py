"""Faults that take long to provoke: `make verify-faults`.

Fifty runs are killed at moments of chance; thirty days of exports are landed day by day, at once and
shuffled.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import duckdb
import pytest
import yaml

from faults.days import Day, Rows, days, shuffled
from faults.test_killed_writers import published
from running import KEY, STAGES, Company, leitstand, run_own_company

KILLS = 50
DAYS = 30
SEED = 7


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return run_own_company(tmp_path_factory.mktemp("verify") / "acme")


def test_killed_fifty_times_nothing_is_lost_or_doubled(company: Company, tmp_path: Path) -> None:
    """Each run has one lead more, an MQL that was accepted; every tenth is let run to its end."""
    folder, rng = tmp_path / "acme", Random(SEED)
    shutil.copytree(company.folder, folder, symlinks=True)
    seconds = sum(company.run["seconds"].values()) + 10
    mqls, accepted = published(folder)
    shown, survived = (mqls, accepted), 0
    for number in range(KILLS):
        add(folder, number)
        survived += killed(folder, rng.uniform(0, seconds))
        if published(folder) != shown:  # the run came as far as to show its release, all of it
            assert published(folder) == (mqls + number + 1, accepted + number + 1)
        shown = published(folder)
        if number % 10 == 9:
            outcome = leitstand("run", "-c", str(folder), key=KEY, seconds=1800)
            assert outcome.code == 0, outcome.err
            shown = published(folder)
            assert shown == (mqls + number + 1, accepted + number + 1)
    assert survived < KILLS / 2
    with duckdb.connect(str(folder / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        loads, leads = (
            db.execute(f"select count(*), count(distinct {key}) from {table}").fetchone()
            for key, table in (("load_number", "landing.loads"), ("source_id", "staging.stg_files__persons"))
        )
    assert loads[0] == loads[1]
    assert leads == (3 + KILLS, 3 + KILLS)


def test_the_same_data_give_the_same_release() -> None:
    """The demo twice: a release is named after the bytes that it publishes."""
    first, again = (leitstand("demo", "--json", seconds=1800).json for _ in range(2))
    assert first["release"] == again["release"]


def test_day_by_day_is_at_once_is_shuffled(tmp_path: Path) -> None:
    """Every table of core and kpi, row by row; what is published has the same bytes at once and shuffled."""
    made = days(DAYS, SEED)
    daily = new_company(tmp_path / "daily")
    for day in made:
        deliver(daily, day, day.leads, day.history)
        assert leitstand("land", "-c", str(daily), key=KEY).code == 0
        if day.date.day % 10 == 0:
            assert leitstand("run", "-c", str(daily), key=KEY, seconds=1800).code == 0
    last = made[-1]
    once, mixed = new_company(tmp_path / "once"), new_company(tmp_path / "mixed")
    deliver(once, last, last.leads, last.history)
    deliver(mixed, last, shuffled(last.leads, SEED), shuffled(last.history, SEED))
    for folder in (daily, once, mixed):
        outcome = leitstand("run", "-c", str(folder), key=KEY, seconds=1800)
        assert outcome.code == 0, outcome.err
    assert differing(daily, once) == []
    assert differing(once, mixed) == []
    files = sorted((once / "releases" / "current").glob("kpi_*.parquet"))
    assert len(files) > 10
    other = mixed / "releases" / "current"
    assert [f.name for f in files if f.read_bytes() != (other / f.name).read_bytes()] == []


def add(folder: Path, number: int) -> None:
    """One lead more in both files."""
    texts = {
        "leads.csv": f"k{number},2026-02-0{1 + number % 9} 10:00:00,k{number}@kill.example,website\n",
        "history.csv": f"k{number},MQL,2026-02-10 09:00:00\nk{number},Accepted,2026-02-11 09:00:00\n",
    }
    for name, text in texts.items():
        with (folder / "files" / "crm" / name).open("a") as file:
            file.write(text)


def killed(folder: Path, seconds: float) -> bool:
    """Start a run and kill it after some seconds; True where it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leitstand", "run", "-c", str(folder)],
        env=os.environ | {"LEITSTAND_KEY": KEY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        published(folder)  # a reader beside it sees no error
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    code = process.wait()
    assert code in (0, -signal.SIGKILL)
    return code == 0


def new_company(folder: Path) -> Path:
    """A company whose leads may be deleted, reported as of the end of the days."""
    assert leitstand("init", str(folder)).code == 0
    mapping = folder / "mappings" / "crm.yml"
    source = "          lead_source: source\n"
    text = mapping.read_text().replace(source, f"{source}          is_deleted: deleted\n")
    mapping.write_text(text)
    settings = folder / "vars.yml"
    content = yaml.safe_load(settings.read_text())
    content["vars"]["as_of"] = "2026-04-30 22:00:00"
    settings.write_text(yaml.safe_dump(content))
    stages = STAGES + "crm,person,status,Qualified,sql,,RevOps,2020-01-01,\n"
    stages += "crm,person,status,Rejected,,rejected,RevOps,2020-01-01,\n"
    (folder / "definitions" / "stage_mapping.csv").write_text(stages)
    return folder


def deliver(folder: Path, day: Day, leads: Rows, history: Rows) -> None:
    """Put a day's files where the company lands them, and set the clock to that evening."""
    files = {
        "leads.csv": [("id", "created", "email", "source", "deleted"), *leads],
        "history.csv": [("lead_id", "status", "changed"), *history],
    }
    for name, rows in files.items():
        with (folder / "files" / "crm" / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    settings = folder / "leitstand.yml"
    content = yaml.safe_load(settings.read_text())
    content["load_time"] = f"{day.date + dt.timedelta(days=1)}T04:00:00Z"
    settings.write_text(yaml.safe_dump(content))


def differing(one: Path, other: Path) -> list[str]:
    """The tables of core and kpi of which any row differs; `kpi_restatement` is of the publications."""
    with duckdb.connect() as db:
        for name, folder in (("one", one), ("other", other)):
            db.execute(f"attach '{folder / 'warehouse' / 'leitstand.duckdb'}' as {name} (read_only)")
        tables = db.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'one' and schema_name in ('core', 'kpi') order by 1"
        ).fetchall()
        assert len(tables) > 40
        return [
            table
            for (table,) in tables
            if db.execute(
                f"(from one.{table} except all from other.{table}) union all "
                f"(from other.{table} except all from one.{table}) limit 1"
            ).fetchall()
        ]
