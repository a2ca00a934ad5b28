"""A publication is cut off, on a full disk, in a folder that it may not write, or refused by the gate: what
is published stays. For `make verify-faults`.
"""

from __future__ import annotations

import ctypes
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from faults.killed import command, kill
from faults.test_killed_writers import published, shown
from running import KEY, leitstand

BEFORE_THE_SWAP = (
    "leitstand.gate.written:put:after",  # of three files the first is there
    "leitstand.gate:pass_through",
    "leitstand.gate:pass_through:after",
    "leitstand.publish:write_meta",
    "leitstand.ledger.publications:Ledger.put:after",
    "leitstand.publish:make_current",
)


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


def test_publish_refuses_what_the_gate_refused(changed_company: Path) -> None:
    """A failed build cannot be published by the second command either."""
    stages = changed_company / "definitions" / "stages.csv"
    stages.write_text(stages.read_text().replace("\nwon,6,", "\nwon,7,"))
    assert leitstand("build", "-c", str(changed_company), key=KEY).code == 3
    outcome = leitstand("publish", "-c", str(changed_company))
    assert outcome.code == 3
    assert "stages_are_those_of_the_lifecycle" in outcome.err
    assert len(list((changed_company / "releases").glob("20*"))) == 1


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
