"""A writer is cut off: killed while it lands, builds or publishes, on a full disk, in a folder that
it may not write. What is published stays, and the next one ends well.

LEITSTAND_KILLS=all kills at every point before the swap, instead of at one.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pytest

from faults.killed import command, kill
from leitstand.build import build, read_build
from leitstand.config import Company, load_company
from leitstand.errors import BadInput
from leitstand.land import land
from leitstand.publish import current_release
from parsed import parsed
from running import HISTORY, KEY, LEADS, leitstand

LEAD = "4,2026-01-08 10:00:00,dora@haus.example,website\n"
SIGNALS = "4,MQL,2026-01-14 09:00:00\n4,Accepted,2026-01-15 09:00:00\n"
FUNNEL = """
    select coalesce(sum(entered), 0), coalesce(sum(converted), 0) from kpi.kpi.kpi_funnel_conversion
    where basis = 'to_date' and from_stage = 'mql' and to_stage = 'sal'
"""
MODEL = "warehouse/target/run/leitstand/models/staging/files/stg_files__persons.sql"
BEFORE_THE_SWAP = ["leitstand.publish:make_current"]
if os.environ.get("LEITSTAND_KILLS") == "all":
    BEFORE_THE_SWAP += [
        "leitstand.gate.written:put:after",  # of three files the first is there
        "leitstand.gate:pass_through",
        "leitstand.gate:pass_through:after",
        "leitstand.publish:write_meta",
        "leitstand.ledger.publications:Ledger.put:after",
    ]


def test_killed_between_the_gate_and_the_link_one_whole_release_is_shown(
    changed_company: Path, tmp_path: Path
) -> None:
    """The agreement is saved anew, another release of the same figures: two MQLs, one accepted."""
    stages = changed_company / "definitions" / "stage_mapping.csv"
    stages.write_text(stages.read_text() + "\n")
    former = shown(changed_company)
    publish = partial(command, "publish", "-c", str(changed_company))
    with full_disk(changed_company / "releases", tmp_path / "releases") as (limit, reason):
        refused(changed_company, limit, reason)
        assert (shown(changed_company), published(changed_company)) == (former, (2, 1))
    for point in BEFORE_THE_SWAP:
        kill(point, publish)
        assert (shown(changed_company), published(changed_company)) == (former, (2, 1)), point
    (changed_company / "releases").chmod(0o555)
    refused(changed_company, without_privileges, "Permission denied")
    (changed_company / "releases").chmod(0o755)
    assert shown(changed_company) == former

    kill("leitstand.publish:_link:after", publish)
    new = shown(changed_company)
    assert new != former and published(changed_company) == (2, 1)
    assert leitstand("publish", "-c", str(changed_company)).code == 0
    assert (shown(changed_company), published(changed_company)) == (new, (2, 1))
    releases = {path.name for path in (changed_company / "releases").iterdir() if path.name.startswith("2")}
    with duckdb.connect(str(new / "kpi.duckdb"), read_only=True) as db:
        ledger = db.execute("select distinct release_id from meta.ledger").fetchall()
    assert releases == {name for (name,) in ledger} == {former.name, new.name}
    assert not [path for path in changed_company.rglob("*") if ".draft" in path.name]


def test_killed_while_it_lands_or_builds_nothing_is_lost_doubled_or_published(
    changed_company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    former, company = shown(changed_company), load_company(changed_company)
    (changed_company / "files" / "crm" / "leads.csv").write_text(LEADS + LEAD)
    (changed_company / "files" / "crm" / "history.csv").write_text(HISTORY + SIGNALS)
    before = {("persons", 1): 3, ("stage_signals", 1): 3}

    kill("leitstand.land.load:commit", partial(land, company))
    assert landed(changed_company) == before
    kill("leitstand.land.load:commit:after", partial(land, company))
    assert land(company).load_number is None
    assert landed(changed_company) == before | {("persons", 2): 4, ("stage_signals", 2): 5}

    kill(f"file:{changed_company / MODEL}", partial(build_as_parsed, company))
    with pytest.raises(BadInput, match="expected a finished build, found none"):
        read_build(company)
    assert (shown(changed_company), published(changed_company)) == (former, (2, 1))
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 0, outcome.err
    assert landed(changed_company) == before | {("persons", 2): 4, ("stage_signals", 2): 5}
    assert shown(changed_company) != former and published(changed_company) == (3, 2)


def build_as_parsed(company: Company) -> None:
    """Build as the command does, by what its last build has parsed: parsing takes longer than all else."""
    from dbt.cli import main

    manifest = parsed(company)
    runner = main.dbtRunner
    main.dbtRunner = lambda **named: runner(**named | {"manifest": manifest})
    build(company)


def refused(company: Path, limit: Callable[[], None] | None, reason: str) -> None:
    """Publish where the system refuses to write: one message, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "leitstand", "publish", "-c", str(company)],
        capture_output=True,
        text=True,
        timeout=600,
        preexec_fn=limit,
    )
    said = " ".join(done.stderr.split())
    assert (done.returncode, "Traceback" in said) == (1, False), said
    assert "expected to read and write" in said and reason in said, said


@contextmanager
def full_disk(folder: Path, copy: Path) -> Iterator[tuple[Callable[[], None] | None, str]]:
    """A folder that is a disk of its own with a tenth of a megabyte free.

    Where no disk can be mounted, which takes the rights of root, files cannot grow instead. Gives the limit
    on the process, and what the system says.
    """
    shutil.copytree(folder, copy, symlinks=True)
    room = 100_000 + sum(8_192 + path.lstat().st_size for path in copy.rglob("*"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        yield short_files, "File too large"
        return
    try:
        shutil.copytree(copy, folder, symlinks=True, dirs_exist_ok=True)
        yield None, "No space left on device"
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def short_files() -> None:
    """No file of this process can grow beyond a hundred kilobytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def without_privileges() -> None:
    """The modes of folders hold for this process, though it may be root's."""
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def shown(company: Path) -> Path:
    """The release that `current` names."""
    release = current_release(load_company(company))
    assert release is not None
    return release


def published(company: Path) -> tuple[int, int]:
    """MQLs and those accepted, as BI reads them."""
    with duckdb.connect(str(company / "releases" / "current" / "kpi.duckdb"), read_only=True) as db:
        row = db.execute(FUNNEL).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def landed(company: Path) -> dict[tuple[str, int], int]:
    """Rows by entity and load."""
    with duckdb.connect(str(company / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        rows = db.execute("select entity, load_number, rows_landed from landing.files").fetchall()
    return {(entity, load): count for entity, load, count in rows}
