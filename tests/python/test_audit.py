"""The list that the workflow has audited: every package of uv.lock, pinned, so that no installer is asked."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from leitstand.config import PROJECT_ROOT

WORKFLOW = PROJECT_ROOT / ".github" / "workflows" / "test.yml"


def commands() -> list[list[str]]:
    """The two commands of the job `audit`."""
    steps = yaml.safe_load(WORKFLOW.read_text())["jobs"]["audit"]["steps"]
    return [shlex.split(step["run"]) for step in steps if "run" in step]


def test_the_audit_reads_every_package_of_the_lock(tmp_path: Path) -> None:
    uv = shutil.which("uv") or next(map(str, PROJECT_ROOT.glob(".leitstand/uv-*/bin/uv")), None)
    if uv is None:
        pytest.skip("there is no uv on the PATH or in .leitstand")
    export, audit = commands()
    assert export[:2] == ["uv", "export"] and audit[:4] == ["uv", "tool", "run", "pip-audit"]
    assert export[export.index("--output-file") + 1] == audit[audit.index("--requirement") + 1]
    file = tmp_path / "packages.txt"
    export[export.index("--output-file") + 1] = str(file)
    subprocess.run([uv, *export[1:], "--offline"], cwd=PROJECT_ROOT, check=True, timeout=60)

    lines = [line for line in file.read_text().splitlines() if line.strip() and line.lstrip()[0] != "#"]
    found = [Requirement(line) for line in lines]
    assert all(str(requirement.specifier).startswith("==") for requirement in found)
    locked = tomllib.loads((PROJECT_ROOT / "uv.lock").read_text())["package"]
    names = {package["name"] for package in locked} - {"leitstand"}
    assert {canonicalize_name(requirement.name) for requirement in found} == names
