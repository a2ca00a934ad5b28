"""A writer is cut off: killed at five points, on a full disk, in a folder that it may not write.

What is published stays, and the next run ends well.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from leitstand.config import PROJECT_ROOT
from running import KEY, leitstand

LEADS = "\n4,2026-01-08 10:00:00,dora@haus.example,website\n"
HISTORY = "\n4,MQL,2026-01-14 09:00:00\n4,Accepted,2026-01-15 09:00:00\n"
MODEL = "warehouse/target/run/leitstand/models/intermediate/identity/int_identity__records.sql"
FUNNEL = """
    select coalesce(sum(entered), 0), coalesce(sum(converted), 0) from kpi.kpi.kpi_funnel_conversion
    where basis = 'to_date' and from_stage = 'mql' and to_stage = 'sal'
"""


def test_killed_at_five_points_nothing_is_lost_or_doubled(changed_company: Path) -> None:
    """Before: two MQLs, one accepted. One lead arrives, who is an MQL and accepted: three and two."""
    before = published(changed_company)
    assert before == (2, 1)
    for name, text in (("leads.csv", LEADS), ("history.csv", HISTORY)):
        file = changed_company / "files" / "crm" / name
        file.write_text(file.read_text().rstrip("\n") + text)

    kill(changed_company, "leitstand.land.load:commit", "land")
    kill(changed_company, "leitstand.land.load:commit:after", "land")
    land = leitstand("land", "--json", "-c", str(changed_company))
    assert (land.code, land.json["load_number"]) == (0, None)
    assert landed(changed_company) == {("persons", 1): 3, ("persons", 2): 4, ("stage_signals", 1): 3,
                                       ("stage_signals", 2): 5}  # fmt: skip
    kill(changed_company, f"file:{changed_company / MODEL}", "build")
    # what a build left half done is not published
    assert leitstand("publish", "-c", str(changed_company)).code == 2
    assert published(changed_company) == before
    assert leitstand("build", "-c", str(changed_company), key=KEY).code == 0
    refused(changed_company, full_disk, "File too large")
    (changed_company / "releases").chmod(0o555)
    refused(changed_company, without_privileges, "Permission denied")
    (changed_company / "releases").chmod(0o755)
    kill(changed_company, "leitstand.publish:write_meta", "publish")
    kill(changed_company, "leitstand.publish:make_current", "publish")
    assert published(changed_company) == before

    assert leitstand("publish", "-c", str(changed_company)).code == 0
    assert published(changed_company) == (3, 2)
    releases = [path for path in (changed_company / "releases").iterdir() if path.name.startswith("2")]
    with duckdb.connect(str(changed_company / "releases" / "current" / "kpi.duckdb"), read_only=True) as db:
        ledger = db.execute("select count(distinct release_id) from meta.ledger").fetchone()
    assert (len(releases), ledger) == (2, (2,))
    assert not [path for path in changed_company.rglob("*") if ".draft" in path.name]


def kill(company: Path, point: str, command: str) -> None:
    """Run a command until it is killed; what is published does not change by it."""
    shown = (company / "releases" / "current").readlink()
    done = subprocess.run(
        [sys.executable, "-m", "faults.killed", point, command, "-c", str(company)],
        cwd=PROJECT_ROOT / "tests" / "python",
        env=os.environ | {"LEITSTAND_KEY": KEY, "DBT_LOG_LEVEL_FILE": "none"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == -signal.SIGKILL, f"{point} was not reached: {done.stderr}"
    assert (company / "releases" / "current").readlink() == shown


def refused(company: Path, limit: Callable[[], None], reason: str) -> None:
    """Publish where the system refuses to write: one message, and what is published does not change."""
    shown = (company / "releases" / "current").readlink()
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
    assert (company / "releases" / "current").readlink() == shown


def full_disk() -> None:
    """No file of this process can grow beyond a hundred kilobytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def without_privileges() -> None:
    """The modes of folders hold for this process, though it may be root's."""
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


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
