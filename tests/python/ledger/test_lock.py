"""One run of a company at a time."""

from __future__ import annotations

import datetime as dt
import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.publishing import publish
from leitstand import steps
from leitstand.config import Company
from leitstand.errors import LeitstandError
from leitstand.lock import only_one
from leitstand.steps import page_as_published

HOLD = """
import sys, pathlib
from leitstand.config import load_company
from leitstand.lock import only_one
with only_one(load_company(pathlib.Path(sys.argv[1])), "run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_is_at_work_and_a_dead_one_holds_nothing(company: Company) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(company.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout and other.stdout.readline() == "held\n"
    expected = rf"found `leitstand run` \(process {other.pid}\) at work since 20.* UTC\. Wait"
    with pytest.raises(LeitstandError, match=expected), only_one(company, "land"):
        pass
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert "at work" in Path(company.warehouse.parent / ".lock").read_text(), "what a dead process left"
    with only_one(company, "run"), only_one(company, "land"):
        pass
    assert Path(company.warehouse.parent / ".lock").read_text() == ""


def test_a_page_of_a_day_is_drawn_by_one_run_at_a_time_and_shown_to_all(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish(company, 1, "2026-07-01T05:00:00")
    monkeypatch.setattr(steps, "render", lambda *_, **__: {"index.html": "drawn", "funnel.html": "drawn"})
    monkeypatch.setattr(steps, "commentary", lambda *_: {})
    day = dt.date(2026, 7, 1)
    company.warehouse.parent.mkdir()
    with (company.warehouse.parent / ".lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LeitstandError, match="expected no other run of this company"):
            page_as_published(company, day, "en")
        assert not (release / "report_en").exists()
        (release / "report_de").mkdir()
        (release / "report_de" / "index.html").write_text("as it was")
        assert page_as_published(company, day, "de").read_text() == "as it was"
    page = page_as_published(company, day, "en")
    assert page == release / "report_en" / "index.html"
    assert {file.name: file.read_text() for file in page.parent.iterdir()} == {
        "index.html": "drawn",
        "funnel.html": "drawn",
    }
