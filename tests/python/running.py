"""The command, called as a user calls it; and companies that have run."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from leitstand.cli import main
from leitstand.config import PROJECT_ROOT

KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"


@dataclass(frozen=True)
class Outcome:
    """What one call of the command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def leitstand(*arguments: str, key: str | None = None, cwd: Path = PROJECT_ROOT) -> Outcome:
    """Call the command in this process, which imports dbt and Great Expectations once for all calls.

    The key of the pseudonyms is set only where given.
    """
    out, err, code = _captured(), _captured(), 0
    kept, arguments_before = dict(os.environ), sys.argv
    os.environ.pop("LEITSTAND_KEY", None)
    os.environ.update({"LEITSTAND_KEY": key} if key else {})
    sys.argv = ["leitstand", *arguments]
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    finally:
        sys.argv = arguments_before
        os.environ.clear()
        os.environ.update(kept)
    return Outcome(code, _said(out), _said(err))


def _captured() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


def in_a_process(*arguments: str, key: str | None = None, seconds: int = 600) -> Outcome:
    """Call the command as a user does: in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "LEITSTAND_KEY"}
    done = subprocess.run(
        [sys.executable, "-m", "leitstand", *arguments],
        cwd=PROJECT_ROOT,
        env=environment | ({"LEITSTAND_KEY": key} if key else {}),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=seconds,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Company:
    """A company that has run, with what the run said and its two files opened read-only."""

    folder: Path
    run: Any

    def rows(self, sql: str, file: str = "warehouse/leitstand.duckdb") -> list[tuple[Any, ...]]:
        """Rows of the warehouse, or of `releases/current/kpi.duckdb`."""
        with duckdb.connect(str(self.folder / file), read_only=True) as db:
            return db.execute(sql).fetchall()

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the current release."""
        return self.rows(sql, "releases/current/kpi.duckdb")


LEADS = """id,created,email,source
1,2026-01-05 10:00:00,anna@firma.example,website
2,2026-01-06 10:00:00,ben@werk.example,newsletter
3,2026-01-07 10:00:00,Anna@Firma.example,website
"""
HISTORY = """lead_id,status,changed
1,MQL,2026-01-10 09:00:00
1,Accepted,2026-01-11 09:00:00
2,MQL,2026-01-12 09:00:00
"""
STAGES = """connection,subject,field,value,stage,exit_state,owner,valid_from,valid_to
crm,person,status,MQL,mql,,RevOps,2020-01-01,
crm,person,status,Accepted,sal,,RevOps,2020-01-01,
"""


def run_own_company(folder: Path) -> Company:
    """Make a new company with `leitstand init`, give it files, stages and a key, and run it once."""
    made = leitstand("init", str(folder), "--json").json
    assert "definitions/stages.csv" in made["files"]
    (folder / "files" / "crm" / "leads.csv").write_text(LEADS)
    (folder / "files" / "crm" / "history.csv").write_text(HISTORY)
    (folder / "definitions" / "stage_mapping.csv").write_text(STAGES)
    return Company(folder, leitstand("run", "--json", "-c", str(folder), key=KEY).json)
