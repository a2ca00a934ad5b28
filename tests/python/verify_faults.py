"""Faults that take long to provoke: `make verify-faults`.

Fifty runs are killed at moments of chance, and the demo runs twice. What `faults/test_fuzzed_input.py` does
with few cases is done with many there.
"""

from __future__ import annotations

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

from faults.days import days
from faults.delivered import build, deliver, differing, new_company, other_bytes, publish
from faults.test_killed_writers import published
from leitstand.publish import Release
from running import KEY, Company, in_a_process, leitstand, run_own_company

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
            outcome = leitstand("run", "-c", str(folder), key=KEY)
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
    first, again = (in_a_process("demo", "--json", seconds=1800).json for _ in range(2))
    assert first["release"] == again["release"]


def test_dbt_makes_the_tables_that_its_compiled_sql_makes(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what `faults/verify_days.py` says of many days holds for `leitstand run`."""
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    last = days(DAYS, SEED)[-1]
    by_sql, by_dbt = (
        deliver(new_company(tmp_path / name, company.folder), last, last.leads, last.history)
        for name in ("sql", "dbt")
    )
    build(by_sql, company.folder)
    outcome = leitstand("run", "-c", str(by_dbt.folder), key=KEY)
    assert outcome.code == 0, outcome.err
    assert differing(by_sql, by_dbt) == []
    release = publish(by_sql)
    shown = by_dbt.releases / "current"
    assert other_bytes(release, Release(shown.resolve().name, shown.resolve(), 0, True)) == []


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
