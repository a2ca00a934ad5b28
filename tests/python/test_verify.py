"""`make verify` says what ran and what could not, and fails only where something failed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ci import verify
from leitstand.config import PROJECT_ROOT

CASES = """
import pytest
def test_that_passes(): pass
def test_that_fails(): assert False
@pytest.mark.skip(reason="no moon tonight")
def test_that_cannot_run(): pass
"""


def script(code: str) -> list[list[str]]:
    return [[sys.executable, "-c", code]]


def test_each_part_and_all_of_them_are_accounted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    here = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", str(tmp_path)]
    parts = {
        "well": script(""),
        "idle": script("import sys; print('trying'); sys.exit(print('no browser', file=sys.stderr) or 77)"),
        "cases": [here, script("")[0]],
    }
    monkeypatch.setattr(verify, "PARTS", {"well": parts["well"], "idle": parts["idle"]})
    assert verify.main([]) == 0
    said = re.sub(r"\(\d+ s\)", "(n s)", capfd.readouterr().out)
    account = [
        "well: 1 ran, 0 failed, 0 could not run here (n s)",
        "idle: 0 ran, 0 failed, 1 could not run here (n s)",
        "  1 x no browser",
    ]
    assert said.splitlines()[-4:] == ["--- all parts", *account]

    monkeypatch.setattr(verify, "PARTS", parts)
    assert verify.main(["cases"]) == 1
    assert "cases: 3 ran, 1 failed, 1 could not run here" in (out := capfd.readouterr().out)
    assert "1 x no moon tonight" in out and "all parts" not in out
    assert verify.run_command([*here, "--no-such-option"]).failed == 1


def test_no_case_at_all_is_a_fault_unless_options_chose_none(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    here = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", str(tmp_path)]
    assert verify.run_command(here, ["-k", "no_such_case"]).failed == 0
    (tmp_path / "test_cases.py").write_text("")
    assert verify.run_command(here).failed == 1


def test_a_part_that_is_not_known_is_an_error_and_nothing_runs(capfd: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["verify-fault", "-k", "x"]) == 2
    said = capfd.readouterr()
    assert not said.out and "found 'verify-fault'" in said.err
    assert all(part in said.err for part in verify.PARTS)


def test_every_part_can_be_made_alone() -> None:
    made = re.findall(r"^(verify-[a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(made) == set(verify.PARTS)
