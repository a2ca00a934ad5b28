"""The example of a workflow is one: YAML that GitHub takes, and commands that are there."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import yaml
from typer.testing import CliRunner

from leitstand.cli import app
from leitstand.config import PROJECT_ROOT

FILE = PROJECT_ROOT / "docs" / "deployment" / "github-actions-ci.yml"


def workflow() -> dict[str, Any]:
    content: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true
    return {"on" if key is True else key: value for key, value in content.items()}


def test_it_has_what_a_workflow_needs() -> None:
    content = workflow()
    assert set(content) == {"name", "on", "permissions", "concurrency", "jobs"}
    # with `pull_request_target` the code of strangers would run with the secrets of the project
    assert set(content["on"]) == {"pull_request"}
    assert content["permissions"] == {"contents": "read", "pull-requests": "write"}
    for job in content["jobs"].values():
        assert "github.repository" in job["if"] and job["runs-on"] and job["timeout-minutes"]
        for step in job["steps"]:
            assert len({"uses", "run"} & set(step)) == 1
            assert "@" in step.get("uses", "@")


def test_its_scripts_are_shell_and_take_nothing_from_outside_as_code() -> None:
    scripts = [step["run"] for job in workflow()["jobs"].values() for step in job["steps"] if "run" in step]
    assert len(scripts) == 3
    for script in scripts:
        assert "${{" not in script
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_its_command_has_these_options() -> None:
    (line,) = re.findall(r"leitstand (ci .*)", FILE.read_text(encoding="utf-8"))
    help_text = CliRunner().invoke(app, ["ci", "--help"]).output
    options = re.findall(r"(?<!\S)--?[a-z]+", line)
    assert options == ["-c", "--comment"]
    assert all(option in help_text for option in options)
