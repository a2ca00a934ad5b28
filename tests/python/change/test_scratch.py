"""The scratch company: what it is made of, that it goes, and what is refused before it is made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from leitstand.change import scratch
from leitstand.change.scratch import merge_definitions, scratch_company
from leitstand.change.state import read_state
from leitstand.config import Company
from leitstand.errors import BadInput

HOLDING = """
import sys, time
from leitstand.change.scratch import scratch_folder
with scratch_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def test_other_files_join_those_of_the_company(company: Company, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thresholds.csv").write_text("x\n")
    sources = merge_definitions(company, other, tmp_path / "merged")
    names = {file.name for file in company.definitions.glob("*.csv")}
    assert {file.name for file in (tmp_path / "merged").iterdir()} == names
    assert (tmp_path / "merged" / "thresholds.csv").read_text() == "x\n"
    assert sources[tmp_path / "merged" / "thresholds.csv"] == other / "thresholds.csv"
    assert sources[tmp_path / "merged" / "stages.csv"] == company.definitions / "stages.csv"


def test_a_file_of_another_name_is_refused(company: Company, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(BadInput, match="at least one definition file, found no CSV file"):
        merge_definitions(company, other, tmp_path / "merged")
    (other / "treshold.csv").write_text("x\n")
    with pytest.raises(BadInput, match=r"treshold.csv: .*did you mean 'thresholds.csv'"):
        merge_definitions(company, other, tmp_path / "merged")


def test_the_state_is_that_of_the_release(kept: Company) -> None:
    found = read_state(kept)
    assert found.release.name == "r1"
    assert found.variables["reporting_currency"] == "EUR"
    assert {file.name for file in found.definitions.iterdir()} >= {"stages.csv", "thresholds.csv"}


def test_without_a_kept_state_one_message_says_what_to_do(company: Company) -> None:
    with pytest.raises(
        BadInput, match=r"expected what release r1 was made of, found nothing. Run `leitstand run`"
    ):
        read_state(company)


def test_a_state_of_another_release_is_refused(kept: Company) -> None:
    (kept.folder / "releases" / "r1").rename(kept.folder / "releases" / "r2")
    (kept.releases / "current").unlink()
    (kept.releases / "current").symlink_to("r2")
    with pytest.raises(BadInput, match="expected what release r2 was made of, found that of r1"):
        read_state(kept)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("update kpi.kpi_x set a = 2", "kpi.kpi_x"),
        ("update kpi.kpi_x set b = ''", "kpi.kpi_x"),
        ("insert into kpi.kpi_x select * from kpi.kpi_x", "kpi.kpi_x"),
        ("drop table kpi.kpi_x", "kpi.kpi_x"),
        ("alter table kpi.kpi_x add column c integer", "kpi.kpi_x"),
        ("insert into landing.files values ('web', 'touches', 1, 1, 0, now())", "landing.files"),
    ],
)
def test_a_warehouse_that_has_moved_on_is_refused(kept: Company, sql: str, table: str) -> None:
    with duckdb.connect(str(kept.warehouse)) as db:
        db.execute(sql)
    with pytest.raises(BadInput, match=rf"published as r1, found other rows in {table}"):
        read_state(kept)


def test_the_copy_is_the_warehouse_and_goes(
    kept: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_company(kept, kept.definitions) as copy:
        assert copy.folder.stat().st_mode & 0o077 == 0
        assert copy.definitions == kept.definitions
        assert copy.warehouse.read_bytes() == kept.warehouse.read_bytes()
        with duckdb.connect(str(copy.warehouse)) as db:
            db.execute("drop table kpi.kpi_x")
    assert not copy.folder.exists()
    assert read_state(kept).release.name == "r1"


def test_a_full_disk_is_refused_before_the_copy(kept: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr("leitstand.change.scratch.shutil.disk_usage", lambda _: usage)
    with pytest.raises(BadInput, match=r"of free space .* TMPDIR"), scratch_company(kept, kept.definitions):
        pass


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_where_the_process_is_ended(
    how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch.scratch_folder() as mine:
        # a living one stays, in spite of the next
        assert folder.is_dir() and mine != folder
    process.send_signal(how)
    process.wait(timeout=30)
    assert folder.exists() == (how is signal.SIGKILL)
    with scratch.scratch_folder():
        assert not folder.exists()
