"""The examples for schedulers are what their readers can parse, and call commands and options that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from leitstand.cli import app
from leitstand.config import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "deployment"
UNITS = ("leitstand.service", "leitstand.timer")


def test_every_example_is_looked_at() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        *UNITS,
        "crontab",
        "github-actions.yml",
        "github-actions-ci.yml",
    }


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_every_call_is_one_that_leitstand_knows(path: Path) -> None:
    text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    calls = re.findall(r"\bleitstand ((?:run|gate|publish|land|build|ci)\b[^\n|>]*)", text)
    assert calls or path.name == "leitstand.timer"
    commands: Any = get_command(app)
    for call in calls:
        name, *options = shlex.split(call)
        known = {option for parameter in commands.commands[name].params for option in parameter.opts}
        assert {option for option in options if option.startswith("-")} <= known, call


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def test_the_units_of_systemd() -> None:
    service, timer = (unit(name) for name in UNITS)
    assert service.sections() == ["Unit", "Service", "Install"]
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["ExecStart"].startswith("/")
    assert timer.sections() == ["Unit", "Timer", "Install"]
    assert re.fullmatch(r"Mon\.\.Fri \d\d:\d\d Europe/Berlin", timer["Timer"]["OnCalendar"])
    assert not any("KEY=" in value for value in service["Service"].values())


def test_the_line_of_cron() -> None:
    lines = (FOLDER / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z]+=", line)]
    assert len(jobs) == 1
    *fields, command = jobs[0].split(None, 5)
    assert len(fields) == 5 and all(re.fullmatch(r"[\d*,/-]+", field) for field in fields)
    assert "%" not in command  # cron would end the line there
    checked = subprocess.run(["sh", "-n", "-c", command], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_the_workflow_of_github() -> None:
    workflow = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step)
        # what somebody typed reaches the shell as a variable only
        assert "${{ inputs" not in step.get("run", "")
        if "run" in step:
            checked = subprocess.run(["sh", "-n", "-c", step["run"]], capture_output=True, text=True)
            assert checked.returncode == 0, checked.stderr
    assert all(value.startswith("${{ secrets.") for value in job["env"].values())
